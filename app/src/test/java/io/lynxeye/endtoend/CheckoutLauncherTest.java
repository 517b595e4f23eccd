package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The build of TensorFlow that the launcher chooses in a checkout, with a Maven that only says what
 * it builds.
 */
@Timeout(30)
class CheckoutLauncherTest {

  private static final String MAVEN =
      """
      #!/bin/bash
      echo "$@" >>"$CALLS"
      for module in app engines/gpu engines/cuda; do
        mkdir -p $module/target && echo /jars/${module##*/}.jar >$module/target/class-path
      done
      """;

  private static final String JAVA =
      """
      #!/bin/bash
      printf '%s\\n' "$@"
      """;

  @TempDir private Path folder;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void assemble() throws IOException {
    Files.createFile(folder.resolve("pom.xml"));
    LauncherFolder launcher = new LauncherFolder(folder);
    launcher.copyLauncher();
    launcher.script("bin/mvn", MAVEN);
    launcher.script("bin/java", JAVA);
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("LYNXEYE_CACHE", folder.resolve("cache").toString());
    environment.put("CALLS", folder.resolve("calls").toString());
  }

  /** Puts a file with the name of NVIDIA's driver on the linker's search path. */
  private void pretendADriver() throws IOException {
    Path driver = Files.createDirectories(folder.resolve("driver"));
    Files.writeString(driver.resolve("libcuda.so.1"), "");
    environment.put("LD_LIBRARY_PATH", driver.toString());
  }

  private List<String> run(String... arguments) throws Exception {
    LauncherFolder.Run run = new LauncherFolder(folder).run(environment, arguments);
    assertThat(run.exit()).as(run.output().toString()).isZero();
    return run.output();
  }

  private String builds() throws IOException {
    return Files.readString(folder.resolve("calls"));
  }

  private void assertForCpus(List<String> output) throws IOException {
    assertThat(output)
        .contains("-Dlynxeye.tensorflow=cpu")
        .noneMatch(line -> line.contains("/jars/gpu.jar"));
    assertThat(builds()).doesNotContain("with-gpu");
  }

  private void assertForGpus(List<String> output) throws IOException {
    assertThat(output)
        .contains("-Dlynxeye.tensorflow=cuda")
        .anyMatch(line -> line.endsWith(":/jars/app.jar:/jars/gpu.jar"));
    assertThat(builds()).contains("-Pwith-gpu", "engines/gpu");
  }

  /** The outcome depends on whether this machine has a driver; both are checked. */
  @Test
  void withoutADriverItIsTheOneForCpus() throws Exception {
    List<String> output = run("serve");
    List<String> requested = run("serve", "--device", "gpu"); // Java says if there is no driver.

    if (isDriverInstalled()) {
      assertForGpus(output);
      assertForGpus(requested);
    } else {
      assertForCpus(output);
      assertForCpus(requested);
    }
  }

  /** Whether the dynamic linker's cache lists NVIDIA's driver. */
  private static boolean isDriverInstalled() throws IOException {
    Path cache = Path.of("/etc/ld.so.cache");
    return Files.exists(cache)
        && Files.readString(cache, StandardCharsets.ISO_8859_1).contains("libcuda.so.1");
  }

  @Test
  void withADriverItIsTheOneForGpus() throws Exception {
    pretendADriver();

    assertForGpus(run("serve"));
    assertForGpus(run("serve", "--device=gpu:1"));
  }

  @Test
  void withADriverAndTheCpuRequestedItIsTheOneForCpus() throws Exception {
    pretendADriver();

    assertForCpus(run("serve", "--device", "cpu"));
    environment.put("LYNXEYE_DEVICE", "cpu");
    assertForCpus(run("score", "x.jpg"));
  }

  @Test
  void theOptionTakesPrecedenceOverTheEnvironment() throws Exception {
    pretendADriver();
    environment.put("LYNXEYE_DEVICE", "cpu");

    assertForGpus(run("serve", "--device", "auto"));
  }

  @Test
  void onOtherProcessorsItIsTheOneForCpus() throws Exception {
    pretendADriver();
    new LauncherFolder(folder).script("bin/uname", "#!/bin/bash\necho aarch64\n");

    assertForCpus(run("serve"));
  }
}
