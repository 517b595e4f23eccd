package io.lynxeye.cli.doctor;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.GpuReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Checks the machine: platform, JDK, processor, memory, GPU. */
public final class MachineCheckup {

  private static final String MISSING = "MISSING";
  private static final int OLDEST_JDK = 17;
  private static final int LEAST_HEAP_MB = 400;
  private static final Set<String> PLATFORMS = Set.of("Linux amd64", "Linux aarch64");
  private static final List<String> FLAGS =
      List.of(
          "avx",
          "avx2",
          "avx512f",
          "avx512_bf16",
          "amx_bf16",
          "amx_int8",
          "asimd",
          "sve",
          "bf16",
          "i8mm");

  /** TensorFlow's builds need the one on x86-64 and the other on ARM. */
  private static final Set<String> NEEDED = Set.of("avx", "asimd");

  private MachineCheckup() {}

  static Finding platform() {
    String found = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    return PLATFORMS.contains(found)
        ? Finding.ok("platform", found)
        : Finding.problem(
            "platform",
            found,
            "TensorFlow's libraries need Linux on x86-64 or 64-bit ARM: run Lynxeye there");
  }

  public static Finding jdk(int feature, String version) {
    return feature >= OLDEST_JDK
        ? Finding.ok("jdk", version)
        : Finding.problem("jdk", version, "install JDK " + OLDEST_JDK + " or newer");
  }

  public static Finding heap(long maxBytes) {
    String found = "heap of at most " + (maxBytes >> 20) + " MB";
    return maxBytes >> 20 >= LEAST_HEAP_MB
        ? Finding.ok("memory", found)
        : Finding.note("memory", found, "large images will be rejected: set LYNXEYE_HEAP=512m");
  }

  public static Finding processor() {
    try {
      return processor(Runtime.getRuntime().availableProcessors(), Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      return Finding.note("processor", "cannot read /proc/cpuinfo", "");
    }
  }

  /**
   * Reports the cores and the instruction sets that matter.
   *
   * @param cpuinfo in the form of Linux's {@code /proc/cpuinfo}
   */
  public static Finding processor(int cores, Path cpuinfo) throws IOException {
    Set<String> flags = Cpu.read(cpuinfo).flags();
    String known = FLAGS.stream().filter(flags::contains).collect(Collectors.joining(" "));
    String found = cores + " cores; " + (known.isEmpty() ? "no AVX" : known);
    return NEEDED.stream().anyMatch(flags::contains)
        ? Finding.ok("processor", found)
        : Finding.problem("processor", found, "TensorFlow needs a processor with AVX");
  }

  /** No GPU is normal; a GPU that cannot be used is worth a note. */
  public static Finding gpu(GpuReport report) {
    if (!report.driver()) {
      return Finding.ok("gpu", "none (no NVIDIA driver): models run on the CPU");
    }
    String gpus = report.gpus().isEmpty() ? "none" : String.join(", ", report.gpus());
    return report.problems().isEmpty()
        ? Finding.ok("gpu", gpus)
        : Finding.note("gpu", gpus, String.join("; ", report.problems()));
  }

  public static Finding cudaNotNeeded() {
    return Finding.ok("cuda", "not needed without a driver");
  }

  /**
   * Reports the CUDA libraries that were found.
   *
   * @param files the file of each library; empty if it cannot be opened
   */
  public static Finding cudaLibraries(Map<String, Optional<Path>> files) {
    Map<String, List<String>> byFolder = new TreeMap<>();
    files.forEach(
        (name, file) ->
            byFolder
                .computeIfAbsent(
                    file.map(MachineCheckup::folder).orElse(MISSING), f -> new ArrayList<>())
                .add(name));
    String found =
        byFolder.entrySet().stream()
            .map(e -> e.getKey() + ": " + String.join(", ", e.getValue()))
            .collect(Collectors.joining("; "));
    return byFolder.containsKey(MISSING)
        ? Finding.note(
            "cuda",
            found,
            "start with --with-cuda, which downloads CUDA 12.3 and cuDNN 8.9 (2 GB once), or add"
                + " their folder to LD_LIBRARY_PATH")
        : Finding.ok("cuda", found);
  }

  private static String folder(Path library) {
    return library.getParent() == null ? "found" : library.getParent().toString();
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
  }
}
