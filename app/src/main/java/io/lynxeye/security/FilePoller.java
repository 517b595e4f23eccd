package io.lynxeye.security;

import io.lynxeye.serving.liveness.SteadyThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private final SteadyThread thread = new SteadyThread("reloads", FilePoller::report);

  /** Does not start yet. */
  public FilePoller(Duration interval) {
    this.interval = interval;
  }

  /** Adds a task that runs after every interval, once started. */
  public FilePoller each(Runnable task) {
    tasks.add(task);
    return this;
  }

  /** Call this once. A failure of one task stops neither the others nor the next run. */
  public void start() {
    tasks.forEach(task -> thread.repeat(interval, interval, task));
  }

  private static void report(Throwable failure) {
    log.warn("a file was not reloaded, and will be tried again", failure);
  }

  /** Whether the tasks go on; also true before they start and after {@link #close}. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    thread.close();
  }
}
