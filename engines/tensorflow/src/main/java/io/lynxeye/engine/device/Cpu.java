package io.lynxeye.engine.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The processor, as Linux reports it.
 *
 * @param model its name, or the part number of an ARM processor; {@code unknown} where Linux
 *     reports neither
 * @param flags its instruction sets, by Linux's names
 */
public record Cpu(String model, Set<String> flags) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Reads this machine's processor; unknown and without flags if that cannot be read. */
  public static Cpu ofThisMachine() {
    try {
      return read(CPUINFO);
    } catch (IOException e) {
      return new Cpu("unknown", Set.of());
    }
  }

  /**
   * Reads a processor description.
   *
   * @param cpuinfo in the form of Linux's {@code /proc/cpuinfo}
   */
  public static Cpu read(Path cpuinfo) throws IOException {
    List<String> lines = Files.readAllLines(cpuinfo);
    return new Cpu(
        value(lines, "model name", value(lines, "CPU part", "unknown")),
        Set.copyOf(List.of(value(lines, "flags", value(lines, "Features", "none")).split("\\s+"))));
  }

  /** Reads the first processor's value: all processors of a machine are the same. */
  private static String value(List<String> lines, String key, String otherwise) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse(otherwise);
  }

  /** Whether TensorFlow can compute in bfloat16 here; only measuring tells whether it is faster. */
  public boolean canBfloat16() {
    return flags.contains("avx512f");
  }
}
