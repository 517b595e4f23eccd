package io.lynxeye.http;

import io.lynxeye.management.ManagementException;
import io.lynxeye.scoring.Outcome;
import java.util.OptionalInt;

/**
 * The HTTP response to a failure, in any protocol's shape.
 *
 * @param status the HTTP status
 * @param type a code for programs, in DJL Serving's style
 * @param outcome how the request ended, with the message, and when to retry if that can help
 */
record ErrorAnswer(int status, String type, Outcome outcome) {

  /** A response that the scoring service has no part in. */
  ErrorAnswer(int status, String type, String message) {
    this(status, type, Outcome.ofStatus(status, message));
  }

  static ErrorAnswer of(Throwable failure) {
    Throwable cause = Outcome.cause(failure);
    if (cause instanceof HttpProblem problem) {
      return problem.answer();
    }
    if (cause instanceof ManagementException refusal) {
      return of(refusal.kind(), refusal.getMessage());
    }
    Outcome outcome = Outcome.of(cause);
    return switch (outcome.kind()) {
      case INVALID -> new ErrorAnswer(400, "InvalidInputException", outcome);
      case NOT_FOUND -> new ErrorAnswer(404, "ModelNotFoundException", outcome);
      case DEADLINE -> new ErrorAnswer(504, "TimeoutException", outcome);
      default ->
          outcome.retryAfterSeconds().isPresent()
              ? unavailable(outcome)
              : new ErrorAnswer(500, "InternalServerException", outcome);
    };
  }

  private static ErrorAnswer of(ManagementException.Kind kind, String message) {
    return switch (kind) {
      case UNKNOWN -> new ErrorAnswer(404, "ModelNotFoundException", message);
      case CONFLICT -> new ErrorAnswer(409, "BadRequestException", message);
      case INVALID -> new ErrorAnswer(400, "BadRequestException", message);
      case FAILED -> new ErrorAnswer(400, "ModelException", message);
      case NOT_READY ->
          unavailable(new Outcome(Outcome.Kind.REJECTED, "", message, OptionalInt.of(1)));
      case STORE -> new ErrorAnswer(500, "InternalServerException", message);
    };
  }

  private static ErrorAnswer unavailable(Outcome outcome) {
    return new ErrorAnswer(503, "ServiceUnavailableException", outcome);
  }

  String message() {
    return outcome.message();
  }
}
