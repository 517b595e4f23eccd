package io.lynxeye;

import io.lynxeye.metrics.GpuMemory;
import io.lynxeye.scoring.RequestListener;
import java.util.List;
import java.util.function.Supplier;

/**
 * What watches a server beside its own meters.
 *
 * @param listeners told of every request, on the administrators' port too
 * @param gpuMemory asked at each scrape; none where there is no GPU
 */
public record Telemetry(List<RequestListener> listeners, Supplier<List<GpuMemory>> gpuMemory) {

  /** Nothing more. */
  public static final Telemetry NONE = new Telemetry(List.of(), List::of);

  public Telemetry {
    listeners = List.copyOf(listeners);
  }
}
