package io.lynxeye.http.connection;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.stream.Stream;

/** The event loops of all ports of a {@link Vertx}. */
public final class EventLoops {

  private EventLoops() {}

  /**
   * Whether all of them run. A loop that an {@code Error} has ended is not replaced, and its
   * connections get no answers.
   */
  public static boolean areAlive(Vertx vertx) {
    VertxInternal vertxInternal = (VertxInternal) vertx;
    return Stream.of(vertxInternal.nettyEventLoopGroup(), vertxInternal.acceptorEventLoopGroup())
        .allMatch(EventLoops::areAlive);
  }

  private static boolean areAlive(EventExecutorGroup loops) {
    for (EventExecutor loop : loops) {
      if (loop.isShuttingDown()) {
        return false;
      }
    }
    return true;
  }
}
