package io.lynxeye.engine;

import com.sun.management.OperatingSystemMXBean;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The memory that this process may use: that of its container (cgroup v1 or v2, as Java finds it),
 * else that of the machine. A process that needs more is killed by the kernel without a word, so
 * what a model will need is compared before it is loaded.
 */
final class MemoryLimit {

  /**
   * In bytes.
   *
   * @param limit what the process may use
   * @param used what it uses now, without files, which the kernel can drop
   * @param heapToCome what the Java heap may still grow by
   */
  record Figures(long limit, long used, long heapToCome) {}

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String USED = "RssAnon:";

  /** The weights, and the copy that the engine arranges for its operations. */
  private static final int COPIES = 2;

  private final Supplier<Figures> figures;

  MemoryLimit(Supplier<Figures> figures) {
    this.figures = figures;
  }

  static MemoryLimit ofThisProcess() {
    return new MemoryLimit(MemoryLimit::read);
  }

  private static Figures read() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Runtime java = Runtime.getRuntime();
    return new Figures(system.getTotalMemorySize(), used(), java.maxMemory() - java.totalMemory());
  }

  private static long used() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(USED))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // Not Linux: only the model itself is compared.
    }
  }

  /**
   * @param modelBytes the size of the model's files
   * @return a warning, if the memory may not suffice
   * @throws ModelLoadException if it cannot suffice
   */
  Optional<String> check(ModelId id, long modelBytes) throws ModelLoadException {
    Figures now = figures.get();
    if (now.used + modelBytes > now.limit) {
      throw new ModelLoadException(
          "it has %,d MB, this process uses %,d MB already, and may use %,d MB in all: raise the memory limit of the container or machine"
              .formatted(mb(modelBytes), mb(now.used), mb(now.limit)));
    }
    long total = now.used + now.heapToCome + COPIES * modelBytes;
    return total <= now.limit
        ? Optional.empty()
        : Optional.of(
            "%s may need more memory than there is: about %,d MB in all (%,d MB in use, %,d MB for the model, up to %,d MB for the Java heap) of %,d MB; the kernel kills a process that exceeds the limit: raise the memory limit of the container or machine, or lower LYNXEYE_HEAP"
                .formatted(
                    id,
                    mb(total),
                    mb(now.used),
                    mb(COPIES * modelBytes),
                    mb(now.heapToCome),
                    mb(now.limit)));
  }

  private static long mb(long bytes) {
    return bytes >> 20;
  }
}
