package io.lynxeye.bench.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine of a run. */
public record Machine(int cores, String cpu, List<String> vectors, String jdk, String system) {

  /** Instruction sets that determine the speed of the engine. */
  private static final List<String> RELEVANT =
      List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        fact("model name"),
        RELEVANT.stream().filter((" " + fact("flags") + " ")::contains).toList(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** A property of the first processor in /proc/cpuinfo. */
  private static String fact(String name) {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  @Override
  public String toString() {
    return "%d cores, %s (%s); %s; %s"
        .formatted(cores, cpu, String.join(" ", vectors), jdk, system);
  }
}
