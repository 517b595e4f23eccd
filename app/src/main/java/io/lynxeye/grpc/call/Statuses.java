package io.lynxeye.grpc.call;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynxeye.serving.observation.Outcome;

/** Maps outcomes to gRPC statuses, and those to HTTP statuses. */
public final class Statuses {

  /** When to retry, in seconds. */
  static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  /** When to retry, in milliseconds, for gRPC clients that retry by themselves. */
  static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** The HTTP status of a limited call: gRPC's is also that of a message that is too large. */
  static final int TOO_MANY_REQUESTS = 429;

  private Statuses() {}

  /** The status and trailers of a failed call. */
  public static StatusRuntimeException of(Outcome outcome) {
    Metadata trailers = new Metadata();
    outcome
        .retryAfterSeconds()
        .ifPresent(
            seconds -> {
              trailers.put(RETRY_AFTER, Integer.toString(seconds));
              trailers.put(PUSHBACK, Integer.toString(1000 * seconds));
            });
    return status(outcome).withDescription(outcome.message()).asRuntimeException(trailers);
  }

  private static Status status(Outcome outcome) {
    return switch (outcome.kind()) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case LIMITED -> Status.RESOURCE_EXHAUSTED;
      case DEADLINE, CLIENT_DEADLINE -> Status.DEADLINE_EXCEEDED;
      default -> outcome.isUnavailable() ? Status.UNAVAILABLE : Status.INTERNAL;
    };
  }

  /** The HTTP status for metrics and logs, which use HTTP's numbers for all protocols. */
  public static int http(Status status) {
    return switch (status.getCode()) {
      case OK -> 200;
      case INVALID_ARGUMENT -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case RESOURCE_EXHAUSTED -> 413;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> 500;
    };
  }
}
