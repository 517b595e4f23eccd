package io.lynxeye.engine.natives;

import java.nio.file.Path;
import java.util.List;

/**
 * The builds of TensorFlow's native libraries, with their pinned digests. A process uses one: the
 * launcher names it before Java starts.
 */
public enum TensorFlowBuild {
  /** For machines without an NVIDIA GPU. */
  CPU_X86_64(
      "tensorflow-2.18.0-cpu-linux-x86_64",
      "org/tensorflow/internal/c_api/linux-x86_64/",
      """
      libtensorflow_framework.so.2 49821432 05e9c6ff377fe6e2bd1c380012ef1f5d69e46a7a0f363d753da53e7b398cfc4d
      libtensorflow_cc.so.2 632604616 9d170ad7b544798e929e197abb4f8176bc8c6d1cfc88bd131cbd5b13d440d25f
      libjnitensorflow.so 805432 cb13d57101a5cf9a60dd8f436d969d450fa04389a2ad1c83a4734b5f1838ed1c
      """),

  /** For 64-bit ARM. Its libraries need their own copy of OpenMP. */
  CPU_ARM64(
      "tensorflow-2.18.0-cpu-linux-arm64",
      "org/tensorflow/internal/c_api/linux-arm64/",
      """
      libomp-6196b3b5.so.5 1295272 86ec9e4d01195816d9f74e40428ca90cacd77d3412faab3abde713f47fe9050d
      libtensorflow_framework.so.2 52313848 c18a1fbf98cee2bcb940c04c016a1c4d1a043a77e0577c8e7b8df3f8d1c2948b
      libtensorflow_cc.so.2 713758192 9043741247c5a2f3a93ed7bc7afe37402e778050df2d0bfbb83e3262e3e2f3bf
      libjnitensorflow.so 805208 1a6cea03f84f7deaa605b0a5ab374e6afd21bcbd077fac43ab9e503611c53a44
      """),

  /** For NVIDIA GPUs; also runs on a CPU. The newest build that uses CUDA 12.3 and cuDNN 8.9. */
  CUDA(
      "tensorflow-2.16.1-cu121-linux-x86_64",
      "native/lib/",
      """
      libtensorflow_framework.so.2 136068640 9bef195f807d63e4fef287624a5ab20479f7db2c5e33645d4eb98003c05ae4c5
      libtensorflow_cc.so.2 1011466896 22df7d60e0b6c31efc095a89471e4bb52e6832cd6bd60d76c8b595ad56b831b8
      libjnitensorflow.so 759976 6f14d050f5a7be14afcc140ecb458751cd5e56a8b8844b26c7ee3176e68effad
      """);

  /** System property in which the launcher passes its choice: {@code cpu} or {@code cuda}. */
  private static final String CHOICE = "lynxeye.tensorflow";

  private final String folder;
  private final String resources;
  private final String lines;

  TensorFlowBuild(String folder, String resources, String lines) {
    this.folder = folder;
    this.resources = resources;
    this.lines = lines;
  }

  /** The build that the launcher chose; without a launcher, that for this processor. */
  public static TensorFlowBuild ofThisProcess() {
    return of(System.getProperty(CHOICE, "cpu"), System.getProperty("os.arch"));
  }

  /**
   * @param choice {@code cpu} or {@code cuda}
   * @param arch the processor, by Java's name: {@code amd64}, {@code aarch64}
   */
  static TensorFlowBuild of(String choice, String arch) {
    if (choice.equals("cuda")) {
      return CUDA;
    }
    return arch.equals("aarch64") ? CPU_ARM64 : CPU_X86_64;
  }

  /** Whether this build can use an NVIDIA GPU. */
  public boolean usesGpus() {
    return this == CUDA;
  }

  /** What this build is made for, for the log: {@code CPUs} or {@code GPUs}. */
  public String devices() {
    return usesGpus() ? "GPUs" : "CPUs";
  }

  /** This build's libraries, unpacked below this cache folder or in the bundle. */
  public NativeLibraries in(Path cache) {
    return new NativeLibraries(cache, folder, files());
  }

  /** The disk space of the unpacked libraries, in bytes. */
  public long size() {
    return files().stream().mapToLong(NativeLibraries.File::size).sum();
  }

  private List<NativeLibraries.File> files() {
    return NativeLibraries.files(resources, lines);
  }
}
