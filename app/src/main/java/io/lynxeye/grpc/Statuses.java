package io.lynxeye.grpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynxeye.scoring.Failure;

/** gRPC's words for what {@link Failure} knows, and HTTP's for gRPC's. */
final class Statuses {

  /** When to come back, in seconds. */
  static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  /** The same in milliseconds, for gRPC clients that try again by themselves. */
  static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private Statuses() {}

  /** What a failed call is closed with. */
  static StatusRuntimeException of(Failure failure) {
    Metadata trailers = new Metadata();
    failure
        .retryAfterSeconds()
        .ifPresent(
            seconds -> {
              trailers.put(RETRY_AFTER, Integer.toString(seconds));
              trailers.put(PUSHBACK, Integer.toString(1000 * seconds));
            });
    return status(failure.kind()).withDescription(failure.message()).asRuntimeException(trailers);
  }

  private static Status status(Failure.Kind kind) {
    return switch (kind) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case LATE -> Status.DEADLINE_EXCEEDED;
      case INTERNAL -> Status.INTERNAL;
    };
  }

  /** What HTTP would say: requests are observed in its numbers. */
  static int http(Status status) {
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
