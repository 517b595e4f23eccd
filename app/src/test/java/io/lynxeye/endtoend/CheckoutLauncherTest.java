package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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
    Files.copy(Path.of("..", "lynxeye"), folder.resolve("lynxeye"));
    script("bin/mvn", MAVEN);
    script("bin/java", JAVA);
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("LYNXEYE_CACHE", folder.resolve("cache").toString());
    environment.put("CALLS", folder.resolve("calls").toString());
  }

  private void script(String name, String text) throws IOException {
    Path script = folder.resolve(name);
    Files.createDirectories(script.getParent());
    Files.writeString(script, text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Puts a file with the name of NVIDIA's driver on the linker's search path. */
  private void pretendADriver() throws IOException {
    Path driver = Files.createDirectories(folder.resolve("driver"));
    Files.writeString(driver.resolve("libcuda.so.1"), "");
    environment.put("LD_LIBRARY_PATH", driver.toString());
  }

  private List<String> run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(folder.resolve("lynxeye").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
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

  @Test
  void withoutADriverItIsTheOneForCpus() throws Exception {
    assumeThat(Files.exists(Path.of("/dev/nvidiactl"))).isFalse();

    assertForCpus(run("serve"));
    assertForCpus(run("serve", "--device", "gpu")); // Java says that there is no driver.
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
    script("bin/uname", "#!/bin/bash\necho aarch64\n");

    assertForCpus(run("serve"));
  }
}
