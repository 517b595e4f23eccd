package io.lynxeye.aks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * What can be checked of {@code e2e/} without a cluster: the scripts parse and explain themselves,
 * and the simulated machines are those that provision.sh and the chart's values describe.
 */
final class EndToEndTest {
  private static final Path E2E = Path.of("e2e");

  @TempDir Path folder;

  @Test
  void everyScriptParses() throws Exception {
    try (Stream<Path> files = Files.walk(E2E)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".sh")).toList();
      assertThat(scripts).hasSizeGreaterThan(10);
      for (Path script : scripts) {
        assertThat(bash("-n", script.toString())).as(script.toString()).isEqualTo("0: ");
      }
    }
  }

  @Test
  void theProgramsExplainThemselvesAndRefuseWhatTheyDoNotKnow() throws Exception {
    for (String script : List.of("run.sh", "control-plane/start.sh", "control-plane/stop.sh")) {
      String file = E2E.resolve(script).toString();
      assertThat(bash(file, "--help")).startsWith("0: ").contains("aks/e2e/" + script);
      assertThat(bash(file, "--no-such-option")).startsWith("1: ").contains("-> ");
    }
  }

  @Test
  void withoutTheNameOfAClusterNothingIsTouched() throws Exception {
    assertThat(bash(E2E.resolve("run.sh").toString()))
        .startsWith("1: run.sh: no cluster is named")
        .contains("--context NAME");
  }

  @Test
  void everyGroupOfChecksHasAFileAndEachFileIsAGroup() throws Exception {
    String run = Files.readString(E2E.resolve("run.sh"));
    Matcher groups = Pattern.compile("all_groups=\\(([^)]*)\\)").matcher(run);
    assertThat(groups.find()).isTrue();
    try (Stream<Path> files = Files.list(E2E.resolve("checks"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".sh", "")))
          .containsExactlyInAnyOrder(groups.group(1).split(" "));
    }
    for (String group : groups.group(1).split(" ")) {
      assertThat(Files.readString(E2E.resolve("checks/" + group + ".sh")))
          .contains("\ncheck_" + group + "() {");
    }
  }

  /** The pools have the label and the taint that provision.sh gives them. */
  @Test
  void everyHardwareOfTheChartHasSimulatedMachines() throws Exception {
    String provision = Files.readString(Path.of("provision.sh"));
    assertThat(provision)
        .contains("--labels lynxeye.io/pool=scoring")
        .contains("--node-taints sku=gpu:NoSchedule");
    Map<String, Object> settings = yaml(Path.of("settings.yaml"));
    List<KubeObject> nodes = nodes();
    for (Path file : hardware()) {
      Map<String, Object> values = yaml(file);
      int gpus = (Integer) values.get("gpus_per_node");
      List<KubeObject> pool =
          nodes.stream()
              .filter(node -> node.text("metadata", "labels", SIZE).equals(values.get(SIZE_KEY)))
              .filter(node -> !node.text("metadata", "labels", POOL).isEmpty())
              .toList();
      assertThat(pool).as(file.toString()).hasSize((Integer) settings.get("node_count"));
      for (KubeObject node : pool) {
        assertThat(node.text("metadata", "labels", POOL)).isEqualTo("scoring");
        assertThat(node.maps("spec", "taints"))
            .isEqualTo(
                gpus == 0
                    ? List.of()
                    : List.of(Map.of("key", "sku", "value", "gpu", "effect", "NoSchedule")));
        assertThat(node.text("status", "allocatable", "nvidia.com/gpu"))
            .isEqualTo(gpus == 0 ? "" : Integer.toString(gpus));
      }
    }
    assertThat(nodes.stream().filter(node -> node.text("metadata", "labels", POOL).isEmpty()))
        .hasSize((Integer) settings.get("system_node_count"));
  }

  private static final String POOL = "lynxeye.io/pool";
  private static final String SIZE = "node.kubernetes.io/instance-type";
  private static final String SIZE_KEY = "node_vm_size";

  /**
   * A machine of 4 cores and 16 GiB: AKS keeps back 140 m, a quarter of the memory (less than 20 MB
   * for each of 250 pods and 50 MB), and 100 MiB.
   */
  @Test
  void machinesAreAsLargeAsThoseOfAks() throws Exception {
    KubeObject node =
        nodes().stream()
            .filter(one -> one.text("metadata", "labels", SIZE).equals("Standard_D4s_v5"))
            .findFirst()
            .orElseThrow();
    assertThat(node.text("status", "allocatable", "cpu")).isEqualTo("3860m");
    assertThat(node.text("status", "allocatable", "memory")).isEqualTo("12188Mi");
  }

  /** Kubernetes' modules belong together: v1.X.Y of it is v0.X.Y of its parts. */
  @Test
  void thePinnedPartsOfKubernetesAreOfOneVersion() throws Exception {
    String module = Files.readString(E2E.resolve("control-plane/go.mod"));
    Matcher whole = Pattern.compile("\tk8s.io/kubernetes v1\\.(\\S+)").matcher(module);
    assertThat(whole.find()).isTrue();
    TreeSet<String> versions = new TreeSet<>();
    Pattern.compile("\tk8s.io/\\S+ => k8s.io/\\S+ v0\\.(\\S+)")
        .matcher(module)
        .results()
        .forEach(part -> versions.add(part.group(1)));
    assertThat(versions).containsExactly(whole.group(1));
  }

  private static List<Path> hardware() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("chart"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("values-")).toList();
    }
  }

  private List<KubeObject> nodes() throws Exception {
    String out =
        bash(
            "-euc",
            "source e2e/control-plane/common.sh; source e2e/control-plane/nodes.sh; nodes",
            "start.sh");
    assertThat(out).startsWith("0: ");
    return Stream.of(out.substring(3).split("---\n"))
        .filter(text -> !text.isBlank())
        .map(text -> new KubeObject(Tree.map(new Yaml().load(text))))
        .toList();
  }

  private static Map<String, Object> yaml(Path file) throws IOException {
    return Tree.map(new Yaml().load(Files.readString(file)));
  }

  /** The exit code, and what the command printed. */
  private String bash(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of("bash"), Stream.of(arguments)).toList());
    builder.environment().put("HOME", folder.toString());
    builder.environment().remove("XDG_CACHE_HOME");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor() + ": " + out;
  }
}
