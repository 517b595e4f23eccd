package io.lynxeye.bench;

import com.sun.management.OperatingSystemMXBean;
import io.lynxeye.bench.figures.Figures;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Supplier;

/** How much of the machine the client takes from the server it measures. */
final class CpuShare {

  /** A moment, and what was used until then. */
  record Mark(long nanos, long clientNanos, long serverNanos) {}

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Supplier<Duration> server;

  /**
   * @param server processor time that the server has used so far; zero when it is not ours to know
   */
  CpuShare(Supplier<Duration> server) {
    this.server = server;
  }

  Mark mark() {
    return new Mark(System.nanoTime(), system.getProcessCpuTime(), server.get().toNanos());
  }

  /** Since then, in percent of all cores. */
  void record(Figures figures, String name, Mark since) {
    Mark now = mark();
    double all = (double) (now.nanos - since.nanos) * CORES / 100;
    figures.add(name + ".client_cpu_percent", (now.clientNanos - since.clientNanos) / all);
    figures.add(name + ".server_cpu_percent", (now.serverNanos - since.serverNanos) / all);
  }
}
