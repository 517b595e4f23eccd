package io.lynxeye.http.exchange;

import io.lynxeye.serving.management.ManagementException;
import io.lynxeye.serving.observation.Outcome;
import java.util.OptionalInt;

/**
 * The HTTP response to a failure, in any protocol's shape.
 *
 * @param status the HTTP status
 * @param type a code for programs, in DJL Serving's style
 * @param outcome how the request ended, with the message, and when to retry if that can help
 */
public record ErrorResponse(int status, String type, Outcome outcome) {

  /** A response that the scoring service has no part in. */
  ErrorResponse(int status, String type, String message) {
    this(status, type, Outcome.ofStatus(status, message));
  }

  public static ErrorResponse of(Throwable failure) {
    Throwable cause = Outcome.cause(failure);
    if (cause instanceof HttpException problem) {
      return problem.answer();
    }
    if (cause instanceof ManagementException refusal) {
      return of(refusal.kind(), refusal.getMessage());
    }
    Outcome outcome = Outcome.of(cause);
    return switch (outcome.kind()) {
      case INVALID -> new ErrorResponse(400, "InvalidInputException", outcome);
      case NOT_FOUND -> new ErrorResponse(404, "ModelNotFoundException", outcome);
      case LIMITED -> new ErrorResponse(429, "TooManyRequestsException", outcome);
      case DEADLINE, CLIENT_DEADLINE -> new ErrorResponse(504, "TimeoutException", outcome);
      default ->
          outcome.isUnavailable()
              ? unavailable(outcome)
              : new ErrorResponse(500, "InternalServerException", outcome);
    };
  }

  private static ErrorResponse of(ManagementException.Kind kind, String message) {
    return switch (kind) {
      case UNKNOWN -> new ErrorResponse(404, "ModelNotFoundException", message);
      case CONFLICT, STORE -> new ErrorResponse(409, "BadRequestException", message);
      case INVALID -> new ErrorResponse(400, "BadRequestException", message);
      case FAILED -> new ErrorResponse(400, "ModelException", message);
      case NOT_READY ->
          unavailable(new Outcome(Outcome.Kind.REJECTED, "", message, OptionalInt.of(1)));
      case UNAVAILABLE ->
          unavailable(new Outcome(Outcome.Kind.REJECTED, "", message, OptionalInt.empty()));
    };
  }

  private static ErrorResponse unavailable(Outcome outcome) {
    return new ErrorResponse(503, "ServiceUnavailableException", outcome);
  }

  public String message() {
    return outcome.message();
  }
}
