package io.lynxeye;

import io.lynxeye.scoring.RequestListener;
import java.util.List;

/**
 * What watches a server beside its own meters.
 *
 * @param listeners told of every request, on the administrators' port too
 */
public record Telemetry(List<RequestListener> listeners) {

  /** Nothing more. */
  public static final Telemetry NONE = new Telemetry(List.of());

  public Telemetry {
    listeners = List.copyOf(listeners);
  }
}
