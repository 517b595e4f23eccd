package io.lynxeye.scoring;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.model.InvalidInputException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Why a request was not scored, in words for the caller that fit every protocol: the one table from
 * exception to answer.
 *
 * @param kind for the protocol's own status
 * @param message cause and cure, for people; never anything internal
 * @param retryAfterSeconds for a refusal that will pass
 */
public record Failure(Kind kind, String message, OptionalInt retryAfterSeconds) {

  /** What protocols tell apart. */
  public enum Kind {
    /** The caller sent something that cannot be scored. */
    INVALID,
    /** There is no such model. */
    NOT_FOUND,
    /** Not now; the same request may be taken in later. */
    UNAVAILABLE,
    /** Taken in, and not scored in time. */
    LATE,
    /** The server's own fault; its log has the cause. */
    INTERNAL
  }

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** Of what the scoring service throws, or its futures end with. */
  public static Failure of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof InvalidInputException) {
      return failure(Kind.INVALID, cause.getMessage());
    }
    if (cause instanceof ModelNotFoundException) {
      return failure(Kind.NOT_FOUND, cause.getMessage());
    }
    if (cause instanceof RejectedException rejected) {
      return of(rejected);
    }
    if (cause instanceof OutOfMemoryError) {
      return retry("the server has no memory free; try again", 1);
    }
    if (cause instanceof TimeoutException) {
      return failure(Kind.LATE, "the picture was not scored in time; try again");
    }
    return failure(
        Kind.INTERNAL, "the server failed to answer this; its log tells why, by the request id");
  }

  private static Failure of(RejectedException rejected) {
    return switch (rejected.reason()) {
      case QUEUE_FULL, TOO_BUSY -> retry("the server is fully loaded; try again", rejected);
      case NO_TIME ->
          retry(
              "the picture cannot be scored in the time it has; try again, or give it more time",
              rejected);
      case NOT_READY -> retry("the model is still being loaded; try again", rejected);
      case DRAINING -> retry("the model or the server is stopping; try again", rejected);
      case QUEUE_WAIT ->
          retry("the picture waited as long for its turn as pictures may; try again", rejected);
      case DEADLINE -> failure(Kind.LATE, "the picture waited too long for its turn; try again");
    };
  }

  private static Failure failure(Kind kind, String message) {
    return new Failure(kind, message, OptionalInt.empty());
  }

  private static Failure retry(String message, RejectedException rejected) {
    return retry(message, rejected.retryAfter().map(Failure::seconds).orElse(1));
  }

  private static Failure retry(String message, int seconds) {
    return new Failure(Kind.UNAVAILABLE, message, OptionalInt.of(seconds));
  }

  /** Rounded up; soon enough to be believed, for what is known now holds for moments. */
  private static int seconds(Duration wait) {
    long rounded = wait.plusSeconds(1).minusNanos(1).toSeconds();
    return (int) Math.max(1, Math.min(rounded, LONGEST.toSeconds()));
  }
}
