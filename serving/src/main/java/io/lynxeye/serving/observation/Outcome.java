package io.lynxeye.serving.observation;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.ModelNotFoundException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * How a scoring request ended. The only mapping from an exception to a kind, for metrics, logs and
 * responses; HTTP and gRPC map the kind to a status.
 *
 * @param kind fit for a metric label
 * @param reason why it was rejected or limited, in lower case; empty for every other kind
 * @param message cause and cure, for people; never anything internal; empty after a success, and
 *     where the protocol has its own
 * @param retryAfterSeconds when to retry, if waiting helps
 */
public record Outcome(Kind kind, String reason, String message, OptionalInt retryAfterSeconds) {

  /** The kinds of end that metrics, logs and protocols distinguish. */
  public enum Kind {
    /** Scored and answered. */
    SUCCESS,
    /** The client sent something that cannot be scored. */
    INVALID,
    /** There is no such model. */
    NOT_FOUND,
    /** Not admitted; the same request may be admitted later, or once the server has changed. */
    REJECTED,
    /** Not admitted because its key has used up what it may use; others are admitted. */
    LIMITED,
    /** Admitted, and not scored within the server's time limit. */
    DEADLINE,
    /** Admitted, and not scored within a shorter time limit that the client set. */
    CLIENT_DEADLINE,
    /** The client is not authorized to score. */
    UNAUTHORIZED,
    /** The client disconnected before its response was ready. */
    ABANDONED,
    /** A failure of the server. */
    FAILED;

    /** In lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_RETRY_SECONDS = 60; // An estimate does not hold for longer.

  /** A key's wait is known; gRPC's clients read it in milliseconds, as an int. */
  private static final int MAX_WAIT_SECONDS = Integer.MAX_VALUE / 1000;

  /** The outcome of a failure that the scoring service threw, or that completed its future. */
  public static Outcome of(Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof RejectedException rejected) {
      return rejected(rejected);
    }
    if (cause instanceof InvalidInputException) {
      return plain(Kind.INVALID, cause.getMessage());
    }
    if (cause instanceof ModelNotFoundException) {
      return plain(Kind.NOT_FOUND, cause.getMessage());
    }
    if (cause instanceof TimeoutException) {
      return plain(Kind.DEADLINE, "the image was not scored in time; try again");
    }
    if (cause instanceof OutOfMemoryError) {
      return new Outcome(
          Kind.FAILED, "", "the server is out of memory; try again", OptionalInt.of(1));
    }
    return plain(
        cause instanceof CancellationException ? Kind.ABANDONED : Kind.FAILED,
        "the server failed to answer this request; find its id in the server's log");
  }

  /** What failed, without the wrapper that {@link java.util.concurrent.CompletableFuture} adds. */
  public static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private static Outcome rejected(RejectedException rejected) {
    String message =
        switch (rejected.reason()) {
          case QUEUE_FULL, TOO_BUSY -> "the server is overloaded; try again";
          case NO_TIME, CLIENT_TIME ->
              "the image cannot be scored within its time limit; try again, or raise the limit";
          case UNAVAILABLE -> rejected.getMessage();
          case NOT_READY -> "the model is still being loaded; try again";
          case DRAINING -> "the model or the server is stopping; try again";
          case QUEUE_WAIT -> "the image reached the maximum queue time; try again";
          case DEADLINE -> "the image waited too long in the queue; try again";
          case CLIENT_DEADLINE ->
              "the image was not scored within the time limit of its request; try again, or raise"
                  + " the limit";
          case KEY_LIMIT ->
              "this key has reached its limit of requests or images; try again later, or ask the"
                  + " server's operator for more";
        };
    if (rejected.reason() == RejectedException.Reason.DEADLINE) {
      return plain(Kind.DEADLINE, message);
    }
    if (rejected.reason() == RejectedException.Reason.CLIENT_DEADLINE) {
      return plain(Kind.CLIENT_DEADLINE, message);
    }
    boolean isLimited = rejected.reason() == RejectedException.Reason.KEY_LIMIT;
    int most = isLimited ? MAX_WAIT_SECONDS : MAX_RETRY_SECONDS;
    return new Outcome(
        isLimited ? Kind.LIMITED : Kind.REJECTED,
        rejected.reason().name().toLowerCase(Locale.ROOT),
        message,
        rejected.reason() == RejectedException.Reason.UNAVAILABLE
            ? OptionalInt.empty()
            : OptionalInt.of(rejected.retryAfter().map(wait -> seconds(wait, most)).orElse(1)));
  }

  /** Whether the failure is one of the server's present state, not of the request. */
  public boolean isUnavailable() {
    return kind == Kind.REJECTED || retryAfterSeconds.isPresent();
  }

  /** Rounded up. */
  private static int seconds(Duration wait, int most) {
    long rounded = wait.plusSeconds(1).minusNanos(1).toSeconds();
    return (int) Math.max(1, Math.min(rounded, most));
  }

  /** An outcome of a kind that needs no reason. */
  public static Outcome of(Kind kind) {
    return plain(kind, "");
  }

  private static Outcome plain(Kind kind, String message) {
    return new Outcome(kind, "", message, OptionalInt.empty());
  }

  /** The outcome that an HTTP status stands for. */
  public static Outcome ofStatus(int status, String message) {
    return plain(
        switch (status) {
          case 401, 403 -> Kind.UNAUTHORIZED;
          case 404 -> Kind.NOT_FOUND;
          case 504 -> Kind.CLIENT_DEADLINE; // The server's own comes with an exception.
          default -> status < 400 ? Kind.SUCCESS : status < 500 ? Kind.INVALID : Kind.FAILED;
        },
        message);
  }
}
