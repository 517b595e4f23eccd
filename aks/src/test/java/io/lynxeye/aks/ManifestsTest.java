package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The objects that provision.sh creates itself: the collector of traces, and GPU metrics. */
final class ManifestsTest {

  private static List<KubeObject> objects(String file) throws IOException {
    Iterable<Object> documents = new Yaml().loadAll(Files.readString(Path.of(file)));
    return StreamSupport.stream(documents.spliterator(), false)
        .map(document -> new KubeObject(Tree.map(document)))
        .toList();
  }

  private static KubeObject one(String kind) throws IOException {
    return objects("collector.yaml").stream()
        .filter(object -> object.kind().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Object> container() throws IOException {
    return one("Deployment").map("spec", "template", "spec", "containers", 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"collector.yaml", "gpu-metrics-operator.yaml", "gpu-metrics-managed.yaml"})
  void kubernetesTakesThem(String file) throws IOException {
    assertThat(objects(file)).isNotEmpty();
    assertThat(objects(file).stream().flatMap(one -> StrictModel.problems(one).stream())).isEmpty();
  }

  /** As every pod of the chart. */
  @Test
  void theCollectorIsRestricted() throws IOException {
    Map<String, Object> security = Tree.map(container().get("securityContext"));

    assertThat(security)
        .containsEntry("allowPrivilegeEscalation", false)
        .containsEntry("privileged", false)
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("capabilities", Map.of("drop", List.of("ALL")))
        .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
    Map<String, Object> pod = one("Deployment").map("spec", "template", "spec");
    assertThat(Tree.map(pod.get("securityContext")))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("runAsUser", 10001);
    assertThat(pod)
        .containsEntry("automountServiceAccountToken", false)
        .containsEntry("enableServiceLinks", false);
    for (String kind : List.of("requests", "limits")) {
      assertThat(Tree.map(Tree.at(container(), "resources", kind)))
          .containsKeys("cpu", "memory", "ephemeral-storage");
    }
    assertThat(container().get("image").toString()).matches("[a-z/-]+:[0-9.]+@sha256:[0-9a-f]{64}");
  }

  @Test
  void serversReachTheCollectorAndItReachesAzureOnly() throws IOException {
    KubeObject policy = one("NetworkPolicy");
    KubeObject service = one("Service");

    assertThat(policy.at("spec", "policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
    assertThat(policy.at("spec", "podSelector", "matchLabels"))
        .isEqualTo(service.at("spec", "selector"))
        .isEqualTo(one("Deployment").at("spec", "template", "metadata", "labels"));
    Map<String, Object> in = policy.map("spec", "ingress", 0);
    assertThat(Tree.at(in, "ports", 0, "port")).isEqualTo(4318);
    Map<String, Object> from = Tree.map(Tree.at(in, "from", 0, "podSelector", "matchLabels"));
    assertThat(Renderings.of("t4", "watched").one("Deployment", "lynxeye"))
        .satisfies(
            server ->
                assertThat(server.map("spec", "template", "metadata", "labels"))
                    .containsAllEntriesOf(from));
    assertThat(policy.maps("spec", "egress").stream().flatMap(rule -> ports(rule.get("ports"))))
        .containsExactlyInAnyOrder(443, 53, 53);
    assertThat(Files.readString(Path.of("settings.sh")))
        .contains(
            "otlp_endpoint=http://%s.%s:%s"
                .formatted(
                    service.name(),
                    service.text("metadata", "namespace"),
                    service.text("spec", "ports", 0, "port")));
  }

  private static Stream<Object> ports(Object list) {
    return Tree.maps(list).stream().map(port -> port.get("port"));
  }

  /** A component that a pipeline names is configured, and what is configured is used. */
  @Test
  void theCollectorsConfigurationIsComplete() throws IOException {
    Map<String, Object> config = new Yaml().load(one("ConfigMap").text("data", "config.yaml"));
    Map<String, Object> traces = Tree.map(Tree.at(config, "service", "pipelines", "traces"));

    for (String kind : List.of("receivers", "processors", "exporters")) {
      assertThat(Tree.list(traces.get(kind)))
          .as(kind)
          .containsExactlyInAnyOrderElementsOf(Tree.map(config.get(kind)).keySet());
    }
    assertThat(Tree.at(config, "receivers", "otlp", "protocols", "http", "endpoint"))
        .isEqualTo("0.0.0.0:4318");
    assertThat(Tree.at(config, "extensions", "health_check", "endpoint"))
        .isEqualTo("0.0.0.0:" + Tree.at(container(), "ports", 1, "containerPort"));
    assertThat(Files.readString(Path.of("monitoring.sh")))
        .contains("APPLICATIONINSIGHTS_CONNECTION_STRING=%s", "generic collector");
    assertThat(Tree.at(container(), "envFrom", 0, "secretRef", "name")).isEqualTo("collector");
  }
}
