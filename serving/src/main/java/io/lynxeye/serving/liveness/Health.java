package io.lynxeye.serving.liveness;

import java.util.function.BooleanSupplier;

/**
 * What health checks ask; called on event loops.
 *
 * @param live whether every thread that the server needs runs; if not, only a restart helps
 * @param ready whether the server can score now
 */
public record Health(BooleanSupplier live, BooleanSupplier ready) {

  public boolean isLive() {
    return live.getAsBoolean();
  }

  public boolean isReady() {
    return ready.getAsBoolean();
  }
}
