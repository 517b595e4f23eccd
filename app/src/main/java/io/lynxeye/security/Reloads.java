package io.lynxeye.security;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files again and again, on a thread of its own that keeps no process alive. Polled, as
 * the model store is: mounted secrets and network shares have no file events.
 */
public final class Reloads implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reloads.class);

  private final List<Runnable> looks = new CopyOnWriteArrayList<>();
  private final Duration interval;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "reloads");
            daemon.setDaemon(true);
            return daemon;
          });

  /** Looks at nothing yet, and later once in every interval. */
  public Reloads(Duration interval) {
    this.interval = interval;
  }

  /** Has this called from now on, and again after every interval, once started. */
  public Reloads each(Runnable look) {
    looks.add(look);
    return this;
  }

  /** To be called once. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What one look throws must keep neither the others nor the next from happening. */
  private void look() {
    for (Runnable look : looks) {
      try {
        look.run();
      } catch (RuntimeException | OutOfMemoryError e) {
        log.warn("a file was not looked at again, and will be in a moment", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
