package io.lynxeye.server;

import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.telemetry.metrics.Metrics;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The observers of a server in addition to its own metrics and recent statistics.
 *
 * @param listeners notified of every request, including those on the management port
 * @param meters adds further meters to the server's metrics
 */
public record Telemetry(List<RequestListener> listeners, Consumer<Metrics> meters)
    implements AutoCloseable {

  /** No additional observers. */
  public static final Telemetry NONE = new Telemetry(List.of());

  /** Listeners without further meters. */
  public Telemetry(List<RequestListener> listeners) {
    this(listeners, metrics -> {});
  }

  public Telemetry {
    listeners = List.copyOf(listeners);
  }

  /** Notifies the server's own listeners first, then these. */
  RequestListener after(RequestListener... own) {
    return RequestListener.all(Stream.concat(Stream.of(own), listeners.stream()).toList());
  }

  /** Closes the listeners that hold resources. To be called after the server has stopped. */
  @Override
  public void close() {
    for (RequestListener listener : listeners) {
      if (listener instanceof Closeable closeable) {
        try {
          closeable.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e); // None of our listeners throws it.
        }
      }
    }
  }
}
