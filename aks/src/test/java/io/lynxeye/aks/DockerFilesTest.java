package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Checks the Dockerfiles and compose.yaml as files; needs no container engine. */
class DockerFilesTest {

  private static final Path ROOT = Path.of("..");
  private static final Path DOCKER = ROOT.resolve("docker");
  private static final Pattern BASE = Pattern.compile("ARG [A-Z]+_IMAGE=(?<image>.+)");
  private static final Pattern NATIVES = Pattern.compile("/natives(?:/([^ ]+))?");

  private static List<String> lines(String name) throws IOException {
    return Files.readAllLines(DOCKER.resolve(name));
  }

  private static Stream<String> copies(String name) throws IOException {
    return lines(name).stream().filter(line -> line.startsWith("COPY --from"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.cpu"})
  void everyBaseImageHasAVersionAndADigest(String name) throws IOException {
    List<String> images =
        lines(name).stream()
            .map(BASE::matcher)
            .filter(Matcher::matches)
            .map(match -> match.group("image"))
            .toList();

    assertThat(images)
        .hasSize(2)
        .allMatch(image -> image.matches("[a-z/]+:[0-9][-a-z0-9.]*@sha256:[0-9a-f]{64}"));
    assertThat(lines(name).stream().filter(line -> line.startsWith("FROM ")))
        .allMatch(line -> line.startsWith("FROM ${"));
  }

  /** So that a base image without NVIDIA's own variables works too. */
  @Test
  void theGpuImageAsksTheContainerRuntimeForTheDriver() throws IOException {
    assertThat(lines("Dockerfile").stream().map(line -> line.replaceAll("[ \\\\]", "")))
        .contains("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=compute,utility");
    assertThat(lines("Dockerfile.cpu")).noneMatch(line -> line.contains("NVIDIA_"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.cpu"})
  void theServerRunsAsAnUnprivilegedUserThatOwnsOnlyItsCache(String name) throws IOException {
    List<String> lines = lines(name);

    assertThat(lines).contains("USER 10001:10001").noneMatch(line -> line.contains("chown=10001"));
    assertThat(lines.indexOf("USER 10001:10001"))
        .isGreaterThan(lines.indexOf("RUN install -d -o 10001 -g 10001 -m 700 /cache"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dockerfile", "Dockerfile.cpu"})
  void imagesContainNoSecret(String name) throws IOException {
    assertThat(lines(name).stream().filter(line -> line.matches("(ENV|ARG|RUN) .*|  +[A-Z_]+=.*")))
        .noneMatch(line -> line.matches("(?i).*(key|token|password|secret).*"));
  }

  @Test
  void bothImagesHaveTheSamePartsExceptForNativeLibraries() throws IOException {
    List<String> cpu =
        copies("Dockerfile.cpu").filter(line -> !NATIVES.matcher(line).find()).toList();

    assertThat(copies("Dockerfile").filter(line -> !NATIVES.matcher(line).find()))
        .containsExactlyElementsOf(cpu);
    assertThat(copies("Dockerfile.cpu"))
        .contains("COPY --from=build /opt/lynxeye/natives /opt/lynxeye/natives");
  }

  /** Otherwise the server would not find them and would unpack them again at every start. */
  @Test
  void nativeLibrariesAreInTheFoldersThatTheServerUses() throws IOException {
    String server =
        Files.readString(engine("TensorFlowBuild")) + Files.readString(engine("CudaLibraries"));

    assertThat(copies("Dockerfile").flatMap(line -> NATIVES.matcher(line).results()))
        .hasSize(4)
        .allMatch(match -> server.contains('"' + match.group(1) + '"'));
  }

  private static Path engine(String type) {
    return ROOT.resolve("engines/tensorflow/src/main/java/io/lynxeye/engine/natives")
        .resolve(type + ".java");
  }

  /**
   * A file that .dockerignore excludes but the build needs would only be noticed when an image is
   * built.
   */
  @Test
  void dockerignoreIncludesWhatTheBuildReads() throws IOException {
    List<String> let =
        Files.readAllLines(ROOT.resolve(".dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    List<String> modules =
        Files.readAllLines(ROOT.resolve("pom.xml")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("<module>"))
            .map(line -> line.replaceAll("</?module>", ""))
            .toList();

    assertThat(let).allMatch(path -> Files.exists(ROOT.resolve(path)));
    assertThat(modules)
        .isNotEmpty()
        .allMatch(module -> let.stream().anyMatch(path -> (module + "/pom.xml").startsWith(path)));
  }

  @Test
  void composeRestrictsTheServerAndGivesItTimeToStop() throws IOException {
    Map<String, Object> composition = yaml("compose.yaml");
    Map<String, Map<String, Object>> services = map(composition.get("services"));

    assertThat(services).containsOnlyKeys("gpu", "cpu");
    services.forEach(
        (name, service) -> {
          assertThat(service).as(name).containsEntry("read_only", true);
          assertThat(service).containsEntry("cap_drop", List.of("ALL"));
          assertThat(service).containsEntry("stop_grace_period", "30s"); // The drain takes 20 s.
          assertThat(service.get("environment").toString())
              .contains("LYNXEYE_PRIMARY_KEY_FILE=/run/secrets/primary")
              .contains("LYNXEYE_ADMIN_KEY_FILE=/run/secrets/admin")
              .doesNotContain("LYNXEYE_PRIMARY_KEY=");
        });
    assertThat(services.get("gpu").get("deploy").toString()).contains("driver=nvidia", "[gpu]");
    assertThat(services.get("cpu")).doesNotContainKey("deploy");
  }

  private static Map<String, Object> yaml(String name) throws IOException {
    return new Yaml(new SafeConstructor(new LoaderOptions()))
        .load(Files.readString(DOCKER.resolve(name)));
  }

  @SuppressWarnings("unchecked")
  private static <T> Map<String, T> map(Object value) {
    return (Map<String, T>) value;
  }
}
