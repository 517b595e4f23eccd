package io.lynxeye.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Memory and processor time of a server's process; unknown for a server elsewhere. */
final class ServerLoad {

  /** A moment, and the processor time that the server and this process have used until then. */
  record Mark(long nanos, Duration server, Duration client) {}

  /**
   * What a measurement cost.
   *
   * @param serverCores cores that the server used, on average; NaN if unknown
   * @param clientCores cores that this process used, on average
   * @param residentMegabytes memory of the server at the end; NaN if unknown
   */
  record Cost(double serverCores, double clientCores, double residentMegabytes) {}

  private final Optional<ProcessHandle> process;

  private ServerLoad(Optional<ProcessHandle> process) {
    this.process = process;
  }

  /**
   * The load of a process.
   *
   * @param pid null if it is unknown
   * @throws IllegalArgumentException if there is no such process
   */
  static ServerLoad of(Long pid) {
    if (pid == null) {
      return new ServerLoad(Optional.empty());
    }
    return new ServerLoad(
        Optional.of(
            ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalArgumentException("--pid: no process " + pid))));
  }

  Mark mark() {
    return new Mark(
        System.nanoTime(),
        process.map(ServerLoad::used).orElse(Duration.ZERO),
        used(ProcessHandle.current()));
  }

  private static Duration used(ProcessHandle of) {
    return of.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  Cost since(Mark mark) {
    Mark now = mark();
    double elapsed = now.nanos - mark.nanos;
    return new Cost(
        process.isPresent() ? now.server.minus(mark.server).toNanos() / elapsed : Double.NaN,
        now.client.minus(mark.client).toNanos() / elapsed,
        process.map(ServerLoad::residentMegabytes).orElse(Double.NaN));
  }

  private static double residentMegabytes(ProcessHandle of) {
    Path status = Path.of("/proc", Long.toString(of.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToDouble(kilobytes -> Double.parseDouble(kilobytes) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
