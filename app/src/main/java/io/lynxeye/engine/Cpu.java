package io.lynxeye.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The processor, as Linux tells it.
 *
 * @param model its name; {@code unknown} where nothing tells it
 * @param flags the instruction sets it has, in Linux's words
 */
public record Cpu(String model, Set<String> flags) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This machine's; one without a name or any extension where that cannot be read. */
  public static Cpu ofThisMachine() {
    try {
      return read(CPUINFO);
    } catch (IOException e) {
      return new Cpu("unknown", Set.of());
    }
  }

  /**
   * Reads what Linux tells.
   *
   * @param cpuinfo in the form of Linux's {@code /proc/cpuinfo}
   */
  public static Cpu read(Path cpuinfo) throws IOException {
    List<String> lines = Files.readAllLines(cpuinfo);
    return new Cpu(
        value(lines, "model name", "unknown"),
        Set.copyOf(List.of(value(lines, "flags", "none").split("\\s+"))));
  }

  /** Of the first processor that is described: a machine's are alike. */
  private static String value(List<String> lines, String key, String otherwise) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse(otherwise);
  }

  /** Whether bfloat16 is multiplied in matrix units (AMX): several times faster than float32. */
  boolean hasBfloat16MatrixUnits() {
    return flags.contains("amx_bf16");
  }

  /** Whether TensorFlow calculates in bfloat16 at all here; without matrix units it is slower. */
  boolean canBfloat16() {
    return flags.contains("avx512f");
  }
}
