package io.lynxeye.http;

import io.lynxeye.management.ManagementException;
import io.lynxeye.scoring.Failure;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;

/**
 * What a failure is answered with, whatever the protocol: HTTP's words for what {@link Failure}
 * knows, and for what HTTP itself and the administrators' port refuse.
 *
 * @param status the HTTP status
 * @param type a word for programs, in DJL Serving's style
 * @param message cause and cure, for people; never anything internal
 * @param retryAfterSeconds for a refusal that will pass
 */
record ErrorAnswer(int status, String type, String message, OptionalInt retryAfterSeconds) {

  static ErrorAnswer of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof HttpProblem problem) {
      return answer(problem.status(), problem.type(), problem.getMessage());
    }
    if (cause instanceof ManagementException refusal) {
      return of(refusal.kind(), refusal.getMessage());
    }
    return of(Failure.of(cause));
  }

  private static ErrorAnswer of(Failure failure) {
    return switch (failure.kind()) {
      case INVALID -> answer(400, "InvalidInputException", failure.message());
      case NOT_FOUND -> answer(404, "ModelNotFoundException", failure.message());
      case UNAVAILABLE -> retry(failure.message(), failure.retryAfterSeconds().orElse(1));
      case LATE -> answer(504, "TimeoutException", failure.message());
      case INTERNAL -> answer(500, "InternalServerException", failure.message());
    };
  }

  private static ErrorAnswer of(ManagementException.Kind kind, String message) {
    return switch (kind) {
      case UNKNOWN -> answer(404, "ModelNotFoundException", message);
      case CONFLICT -> answer(409, "BadRequestException", message);
      case INVALID -> answer(400, "BadRequestException", message);
      case FAILED -> answer(400, "ModelException", message);
      case NOT_READY -> retry(message, 1);
      case STORE -> answer(500, "InternalServerException", message);
    };
  }

  private static ErrorAnswer answer(int status, String type, String message) {
    return new ErrorAnswer(status, type, message, OptionalInt.empty());
  }

  private static ErrorAnswer retry(String message, int seconds) {
    return new ErrorAnswer(503, "ServiceUnavailableException", message, OptionalInt.of(seconds));
  }
}
