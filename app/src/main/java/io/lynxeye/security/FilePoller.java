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
 * Runs tasks that reload files, at intervals, on a daemon thread. Files are polled, as the model
 * store is: mounted secrets and network shares have no file events.
 */
public final class FilePoller implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FilePoller.class);

  private final List<Runnable> tasks = new CopyOnWriteArrayList<>();
  private final Duration interval;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "reloads");
            daemon.setDaemon(true);
            return daemon;
          });

  /** Does not start yet. */
  public FilePoller(Duration interval) {
    this.interval = interval;
  }

  /** Adds a task that runs after every interval, once started. */
  public FilePoller each(Runnable task) {
    tasks.add(task);
    return this;
  }

  /** Call this once. */
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::poll, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception in one task must not stop the other tasks, nor the next run. */
  private void poll() {
    for (Runnable task : tasks) {
      try {
        task.run();
      } catch (RuntimeException | OutOfMemoryError e) {
        log.warn("a file was not reloaded, and will be tried again", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
