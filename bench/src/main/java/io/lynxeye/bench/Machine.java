package io.lynxeye.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run ran on. */
record Machine(int cores, String cpu, List<String> vectors, String jdk, String system) {

  /** Instruction sets that decide how fast the engine is. */
  private static final List<String> TELLING = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

  static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        fact("model name"),
        TELLING.stream().filter((" " + fact("flags") + " ")::contains).toList(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** Of the first processor. */
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
