package io.lynxeye;

import io.lynxeye.metrics.Collected;
import io.lynxeye.metrics.GpuMemory;
import io.lynxeye.scoring.RequestListener;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What watches a server beside its own meters.
 *
 * @param listeners told of every request, on the administrators' port too
 * @param gpuMemory asked at each scrape; none where there is no GPU
 * @param collected how the collection of pictures goes; empty while there is none
 */
public record Telemetry(
    List<RequestListener> listeners,
    Supplier<List<GpuMemory>> gpuMemory,
    Optional<Collected> collected)
    implements AutoCloseable {

  /** Nothing more. */
  public static final Telemetry NONE = new Telemetry(List.of());

  /** Listeners alone. */
  public Telemetry(List<RequestListener> listeners) {
    this(listeners, List::of, Optional.empty());
  }

  public Telemetry {
    listeners = List.copyOf(listeners);
  }

  /** Closes the listeners that need it: after the server's stop. */
  @Override
  public void close() {
    for (RequestListener listener : listeners) {
      if (listener instanceof Closeable closeable) {
        try {
          closeable.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e); // None of ours does that.
        }
      }
    }
  }
}
