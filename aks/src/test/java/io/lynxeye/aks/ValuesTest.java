package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Settings, chart values and schema have the same names. */
final class ValuesTest {

  private static final Map<String, Object> VALUES = read(Rendering.CHART.resolve("values.yaml"));
  private static final Map<String, Object> SETTINGS = read(Path.of("settings.yaml"));
  private static final Map<String, Object> SCHEMA =
      Tree.map(read(Rendering.CHART.resolve("values.schema.json")).get("properties"));

  private static Map<String, Object> read(Path file) {
    return Tree.map(new Yaml().load(text(file)));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyValueIsUsedByATemplate() throws IOException {
    String templates;
    try (Stream<Path> files = Files.list(Rendering.CHART.resolve("templates"))) {
      templates = files.map(ValuesTest::text).collect(Collectors.joining());
    }

    assertThat(VALUES.keySet())
        .allMatch(key -> templates.matches("(?s).*(\\.Values|\\$v)\\." + key + "\\b.*"));
  }

  @Test
  void theSchemaKnowsEveryValueAndEverySetting() {
    assertThat(SCHEMA.keySet()).containsAll(VALUES.keySet()).containsAll(SETTINGS.keySet());
  }

  @Test
  void theSchemaAllowsOnlyValuesAndWhatTheScriptsUse() {
    Set<String> scripts =
        SCHEMA.keySet().stream()
            .filter(key -> Tree.at(SCHEMA, key, "$comment") != null)
            .collect(Collectors.toSet());

    assertThat(scripts).doesNotContainAnyElementsOf(VALUES.keySet());
    assertThat(SCHEMA.keySet()).allMatch(key -> VALUES.containsKey(key) || scripts.contains(key));
  }

  @Test
  void aSettingsDefaultIsTheChartsDefault() {
    List<String> different =
        SETTINGS.keySet().stream()
            .filter(VALUES::containsKey)
            .filter(key -> !SETTINGS.get(key).equals(VALUES.get(key)))
            .toList();

    assertThat(different)
        .containsExactly("model_source"); // Without the scripts, the chart has no registry.
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "t4", "a100", "h100"})
  void everyMachineSetsTheValuesThatDependOnIt(String hardware) {
    Map<String, Object> values = read(Rendering.CHART.resolve("values-" + hardware + ".yaml"));

    assertThat(values)
        .containsKeys("node_vm_size", "node_cpu_cores", "node_memory_gb", "gpus_per_node")
        .containsKeys("image_variant", "heap_mb")
        .containsKeys("batch_size", "workers", "intra_op_threads", "inter_op_threads");
    assertThat(SCHEMA.keySet()).containsAll(values.keySet());
    assertThat(values.get("image_variant")).isEqualTo(hardware.equals("cpu") ? "cpu" : "gpu");
  }

  @Test
  void theStartHasTheWholeDelayEvenIfItIsNotAMultipleOfThePeriod() {
    KubeObject deployment = Renderings.of("cpu", "other limits").one("Deployment", "other");

    assertThat(probe(deployment, "startupProbe", "failureThreshold")).isEqualTo(16); // 301 / 20
    assertThat(probe(deployment, "readinessProbe", "successThreshold")).isEqualTo(2);
    assertThat(deployment.number("spec", "template", "spec", "terminationGracePeriodSeconds"))
        .isEqualTo(15 + 50 + 10);
  }

  private static int probe(KubeObject deployment, String probe, String key) {
    return deployment.number("spec", "template", "spec", "containers", 0, probe, key);
  }

  @Test
  void aTimeoutInMillisecondsIsRoundedUpToSeconds() {
    Pod pod = Renderings.of("cpu", "other limits").pods().findFirst().orElseThrow();

    assertThat(Pod.environment(pod.server())).containsEntry("LYNXEYE_REQUEST_TIMEOUT", "2");
    assertThat(pod.server().get("image"))
        .isEqualTo("registry.azurecr.io/lynxeye@sha256:" + Renderings.DIGEST);
  }

  /** The store of such a pod has both versions, and settings that no image or archive has. */
  @Test
  void aVersionIsTriedInThePodOfTheOther() {
    KubeObject deployment = Renderings.of("t4", "rollout").one("Deployment", "lynxeye");
    Pod pod = Renderings.of("t4", "rollout").pods().findFirst().orElseThrow();

    assertThat(Tree.maps(pod.spec().get("initContainers")))
        .extracting(one -> one.get("name") + " " + Tree.list(one.get("args")).get(4))
        .containsExactly("import 1", "import-rollout 2");
    assertThat(deployment.text("spec", "template", "metadata", "annotations", "lynxeye.io/rollout"))
        .isEqualTo("rollout=shadow\nrollout.share=0.2\nrollout.on_pass=promote");
    assertThat(Tree.maps(Tree.at(pod.volume("rollout"), "downwardAPI", "items")))
        .containsExactly(
            Map.of(
                "path",
                "serving.properties",
                "fieldRef",
                Map.of("fieldPath", "metadata.annotations['lynxeye.io/rollout']")));
    assertThat(mount(pod, "rollout"))
        .containsEntry("mountPath", "/models/resnet50/serving.properties")
        .containsEntry("subPath", "serving.properties");
  }

  @Test
  void whatIsDecidedOutlivesThePod() {
    Pod pod = Renderings.of("t4", "rollout").pods().findFirst().orElseThrow();

    assertThat(Tree.at(pod.volume("state"), "persistentVolumeClaim", "claimName"))
        .isEqualTo("lynxeye-state");
    assertThat(mount(pod, "state")).isEqualTo(Map.of("name", "state", "mountPath", "/state"));
    assertThat(Pod.environment(pod.server())).containsEntry("LYNXEYE_STATE_DIR", "/state");
    assertThat(Tree.at(pod.spec(), "securityContext", "fsGroup")).isEqualTo(10001);
  }

  private static Map<String, Object> mount(Pod pod, String name) {
    return Tree.maps(pod.server().get("volumeMounts")).stream()
        .filter(one -> one.get("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCollectorOpensItsPortAndDnsAndNothingElseLeavesAPod() {
    KubeObject watched = Renderings.of("cpu", "watched").one("NetworkPolicy", "lynxeye");
    KubeObject plain = Renderings.of("cpu", "https").one("NetworkPolicy", "lynxeye");

    assertThat(watched.maps("spec", "egress")).singleElement().asString().contains("4318", "UDP");
    assertThat(watched.maps("spec", "egress", 0, "ports"))
        .extracting(port -> port.get("port"))
        .containsExactly(4318, 53, 53);
    // AKS's LocalDNS is at an address of the machine, which no selector of a policy matches.
    assertThat(watched.at("spec", "egress", 0, "to")).isNull();
    assertThat(plain.maps("spec", "egress")).isEmpty();
    assertThat(plain.text("spec", "policyTypes")).contains("Egress");
  }

  @ParameterizedTest
  @CsvSource({
    "http://collector.insights:4318, 4318",
    "https://collector.example.org, 443",
    "http://collector/v1:9, 80",
    "'http://[fd00::5]:4318/', 4318",
    "'https://[fd00::5]', 443",
    "http://user:12@collector:4318, 4318"
  })
  void thePortOfACollectorIsThatOfItsAddress(String endpoint, int port) {
    Map<String, String> settings =
        Map.of("model_source", "image", "enable_app_insights", "true", "otlp_endpoint", endpoint);

    assertThat(
            Rendering.of("collector", "cpu", settings)
                .one("NetworkPolicy", "lynxeye")
                .at("spec", "egress", 0, "ports", 0, "port"))
        .isEqualTo(port);
  }

  /** ops/prometheus/alerts.yml names the job; a pod that is not running yet is not down. */
  @Test
  void prometheusNamesTheJobAsTheAlertsDoAndReadsOnlyPodsThatRun() {
    Rendering watched = Renderings.of("cpu", "watched");
    KubeObject monitor = watched.one("PodMonitor", "lynxeye");

    assertThat(watched.pods())
        .allSatisfy(
            pod ->
                assertThat(pod.labels())
                    .containsEntry(monitor.text("spec", "jobLabel"), "lynxeye"));
    assertThat(monitor.at("spec", "podMetricsEndpoints", 0, "relabelings"))
        .isEqualTo(
            List.of(
                Map.of(
                    "sourceLabels", List.of("__meta_kubernetes_pod_phase"),
                    "regex", "Running",
                    "action", "keep")));
  }

  @Test
  void theAutoscalerTargetsItsShareOfAReplicasLimit() {
    KubeObject scaler = Renderings.of("t4", "autoscaled").one("ScaledObject", "lynxeye");

    assertThat(scaler.text("spec", "triggers", 0, "metadata", "threshold")).isEqualTo("90");
  }
}
