package io.lynxeye.bench.setup;

import com.sun.management.OperatingSystemMXBean;
import io.lynxeye.bench.figures.Figures;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Supplier;

/** The processor shares of the client and of the server that it measures. */
public final class CpuShare {

  /** A moment and the processor time used until then. */
  public record Mark(long nanos, long clientNanos, long serverNanos) {}

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Supplier<Duration> server;

  /**
   * Starts no thread; {@link #mark} and {@link #record} read the times.
   *
   * @param server processor time that the server has used so far; zero if unknown
   */
  public CpuShare(Supplier<Duration> server) {
    this.server = server;
  }

  public Mark mark() {
    return new Mark(System.nanoTime(), system.getProcessCpuTime(), server.get().toNanos());
  }

  /** Adds the shares since then, in percent of all cores. */
  public void record(Figures figures, String name, Mark since) {
    Mark now = mark();
    double all = (double) (now.nanos - since.nanos) * CORES / 100;
    figures.add(name + ".client_cpu_percent", (now.clientNanos - since.clientNanos) / all);
    figures.add(name + ".server_cpu_percent", (now.serverNanos - since.serverNanos) / all);
  }
}
