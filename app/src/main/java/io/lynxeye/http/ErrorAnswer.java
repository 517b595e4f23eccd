package io.lynxeye.http;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.management.ManagementException;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.scoring.ModelNotFoundException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * What a failure is answered with, whatever the protocol: the one table from exception to status.
 *
 * @param status the HTTP status
 * @param type a word for programs, in DJL Serving's style
 * @param message cause and cure, for people; never anything internal
 * @param retryAfterSeconds for a refusal that will pass
 */
record ErrorAnswer(int status, String type, String message, OptionalInt retryAfterSeconds) {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  static ErrorAnswer of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof HttpProblem problem) {
      return answer(problem.status(), problem.type(), problem.getMessage());
    }
    if (cause instanceof InvalidInputException) {
      return answer(400, "InvalidInputException", cause.getMessage());
    }
    if (cause instanceof ModelNotFoundException) {
      return answer(404, "ModelNotFoundException", cause.getMessage());
    }
    if (cause instanceof RejectedException rejected) {
      return of(rejected);
    }
    if (cause instanceof ManagementException refusal) {
      return of(refusal.kind(), refusal.getMessage());
    }
    if (cause instanceof OutOfMemoryError) {
      return retry("the server has no memory free; try again", 1);
    }
    if (cause instanceof TimeoutException) {
      return answer(504, "TimeoutException", "the picture was not scored in time; try again");
    }
    return answer(
        500,
        "InternalServerException",
        "the server failed to answer this; its log tells why, by the request id");
  }

  private static ErrorAnswer of(RejectedException rejected) {
    return switch (rejected.reason()) {
      case QUEUE_FULL, TOO_BUSY -> retry("the server is fully loaded; try again", rejected);
      case NO_TIME ->
          retry(
              "the picture cannot be scored in the time it has; try again, or give it more time",
              rejected);
      case NOT_READY -> retry("the model is still being loaded; try again", rejected);
      case DRAINING -> retry("the model or the server is stopping; try again", rejected);
      case DEADLINE ->
          answer(504, "TimeoutException", "the picture waited too long for its turn; try again");
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

  private static ErrorAnswer retry(String message, RejectedException rejected) {
    return retry(message, rejected.retryAfter().map(ErrorAnswer::seconds).orElse(1));
  }

  private static ErrorAnswer retry(String message, int seconds) {
    return new ErrorAnswer(503, "ServiceUnavailableException", message, OptionalInt.of(seconds));
  }

  /** Rounded up; soon enough to be believed, for what is known now holds for moments. */
  private static int seconds(Duration wait) {
    long rounded = wait.plusSeconds(1).minusNanos(1).toSeconds();
    return (int) Math.max(1, Math.min(rounded, LONGEST.toSeconds()));
  }
}
