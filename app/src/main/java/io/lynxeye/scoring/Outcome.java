package io.lynxeye.scoring;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.model.InvalidInputException;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * How a scoring request ended: few words, fit for labels.
 *
 * @param kind what became of it
 * @param reason why it was rejected, in lower case; empty for every other kind
 */
public record Outcome(Kind kind, String reason) {

  /** What became of a request. */
  public enum Kind {
    /** Scored and answered. */
    SUCCESS,
    /** The caller sent something that cannot be scored. */
    INVALID,
    /** There is no such model. */
    NOT_FOUND,
    /** Not taken in; the same request may be later. */
    REJECTED,
    /** Taken in, and not scored in time. */
    DEADLINE,
    /** The caller may not score. */
    UNAUTHORIZED,
    /** The client had gone before its answer was there. */
    ABANDONED,
    /** The server's own fault. */
    FAILED;

    /** In lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of what the scoring service ends with when it has no result. */
  public static Outcome of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedException rejected) {
      return of(rejected.reason());
    }
    if (cause instanceof InvalidInputException) {
      return of(Kind.INVALID);
    }
    if (cause instanceof ModelNotFoundException) {
      return of(Kind.NOT_FOUND);
    }
    if (cause instanceof TimeoutException) {
      return of(Kind.DEADLINE);
    }
    return of(cause instanceof CancellationException ? Kind.ABANDONED : Kind.FAILED);
  }

  private static Outcome of(RejectedException.Reason reason) {
    return reason == RejectedException.Reason.DEADLINE
        ? of(Kind.DEADLINE)
        : new Outcome(Kind.REJECTED, reason.name().toLowerCase(Locale.ROOT));
  }

  /** Of any kind that needs no reason. */
  public static Outcome of(Kind kind) {
    return new Outcome(kind, "");
  }

  /** Of an answer about which nothing else is known. */
  public static Outcome ofStatus(int status) {
    return of(
        switch (status) {
          case 401, 403 -> Kind.UNAUTHORIZED;
          case 404 -> Kind.NOT_FOUND;
          case 504 -> Kind.DEADLINE;
          default -> status < 400 ? Kind.SUCCESS : status < 500 ? Kind.INVALID : Kind.FAILED;
        });
  }
}
