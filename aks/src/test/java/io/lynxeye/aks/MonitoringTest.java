package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts create to watch the service: alerts, metrics of GPUs, traces. */
final class MonitoringTest {

  private static final String CONNECTION =
      "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://x/";

  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void emptySubscription() throws IOException {
    cloud = new Cloud(folder);
    cloud.state("connection", CONNECTION + "\n");
  }

  private Cloud.Outcome succeeds(String script, String settings) throws Exception {
    Cloud.Outcome outcome = run(script, settings);
    assertThat(outcome.exit()).as(script + ": " + outcome.err()).isZero();
    return outcome;
  }

  private Cloud.Outcome run(String script, String settings) throws Exception {
    return cloud.run(script, "--settings", cloud.file("mine.yaml", settings).toString());
  }

  private static Stream<String> monitoring(Cloud.Outcome outcome) {
    return outcome.calls().stream()
        .filter(
            call ->
                call.matches(
                    "(?s)az (deployment|resource|monitor log-analytics) .*|kubectl .*(--filename|collector|insights).*"));
  }

  @Test
  void theCallsAreTheseAndASecondRunChangesNothing() throws Exception {
    String settings = "monitoring: true\nenable_app_insights: true\n";
    Cloud.Outcome first = succeeds("provision.sh", settings);
    Golden.compare(
        "monitoring.txt",
        String.join("\n", monitoring(first).toList())
                .replaceAll("alerts-[0-9a-f]{12}", "alerts-DIGEST")
            + "\n");

    assertThat(succeeds("provision.sh", settings).changes()).isEmpty();
  }

  @Test
  void alertsAreUpdatedWhenTheyChange() throws Exception {
    succeeds("provision.sh", "monitoring: true\n");

    String group = "monitoring: true\naction_group: /subscriptions/x/actionGroups/me\n";
    assertThat(succeeds("provision.sh", group).changes())
        .singleElement()
        .asString()
        .startsWith("az deployment group create")
        .contains("actionGroupId=/subscriptions/x/actionGroups/me");

    Files.writeString(folder.resolve("checkout/ops/azure/alerts.json"), "changed\n");
    assertThat(succeeds("provision.sh", group).changes())
        .singleElement()
        .asString()
        .startsWith("az deployment group create");
  }

  @ParameterizedTest
  @CsvSource({
    "operator, t4, gpu-metrics-operator.yaml",
    "managed, t4, gpu-metrics-managed.yaml",
    "plugin, t4, ''",
    "operator, cpu, ''"
  })
  void metricsOfGpusAreReadWhereTheDriverComesWithThem(
      String driver, String hardware, String expected) throws Exception {
    Cloud.Outcome outcome =
        succeeds(
            "provision.sh",
            "monitoring: true\ngpu_driver: %s\nhardware: %s\n".formatted(driver, hardware));

    assertThat(outcome.calls().stream().filter(call -> call.startsWith("kubectl create --file")))
        .isEqualTo(
            expected.isEmpty()
                ? List.of()
                : List.of("kubectl create --filename CHECKOUT/aks/" + expected));
  }

  @Test
  void theConnectionStringIsStoredAndAppearsNowhereElse() throws Exception {
    Cloud.Outcome provision = succeeds("provision.sh", "enable_app_insights: true\n");

    assertThat(cloud.state("collector"))
        .isEqualTo("APPLICATIONINSIGHTS_CONNECTION_STRING=" + CONNECTION);
    assertThat(provision.calls() + provision.out() + provision.err())
        .doesNotContain("11111111-2222");
  }

  @Test
  void withoutAConnectionStringNothingIsStored() throws Exception {
    cloud.state("connection", "");

    Cloud.Outcome provision = run("provision.sh", "enable_app_insights: true\n");

    assertThat(provision.exit()).isEqualTo(1);
    assertThat(provision.err()).contains("has no connection string", "run this again");
    assertThat(folder.resolve("state/collector")).doesNotExist();
  }

  @Test
  void serversSendTracesToTheCollector() throws Exception {
    String settings = "enable_app_insights: true\n";
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh")) {
      succeeds(script, settings);
    }

    assertThat(succeeds("deploy.sh", settings).calls())
        .filteredOn(call -> call.startsWith("helm upgrade"))
        .singleElement()
        .asString()
        .contains("--set-string otlp_endpoint=http://collector.insights:4318");
  }

  @Test
  void aCollectorOfYourOwnNeedsNoneOfOurs() throws Exception {
    String settings = "enable_app_insights: true\notlp_endpoint: http://mine.monitoring:4318\n";
    assertThat(monitoring(succeeds("provision.sh", settings))).isEmpty();
    succeeds("image.sh", settings);
    succeeds("register-model.sh", settings);

    assertThat(succeeds("deploy.sh", settings).calls())
        .noneMatch(call -> call.contains("collector.insights"));
  }

  @Test
  void aClusterWithoutACollectorIsRefusedBeforeTheServiceIsDeployed() throws Exception {
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh")) {
      succeeds(script, "enable_app_insights: false\n");
    }

    Cloud.Outcome deploy = run("deploy.sh", "enable_app_insights: true\n");

    assertThat(deploy.exit()).isEqualTo(1);
    assertThat(deploy.err()).contains("the cluster has no collector", "run provision.sh");
    assertThat(deploy.changes()).isEmpty();
  }

  @Test
  void thePrintedDryRunHasTheSameEffectWhenExecuted() throws Exception {
    String settings = "monitoring: true\nenable_app_insights: true\n";
    List<String> real = succeeds("provision.sh", settings).changes();
    String dry =
        cloud
            .run(
                "provision.sh",
                "--dry-run",
                "--settings",
                cloud.file("mine.yaml", settings).toString())
            .out();
    Path other = Files.createDirectory(folder.resolve("other"));
    Cloud pasted = new Cloud(other);
    pasted.state("connection", CONNECTION + "\n");
    Path script = other.resolve("checkout/aks/pasted.sh");
    Files.writeString(
        script,
        "#!/bin/bash\n"
            + dry.replace("HOME", other.resolve("home").toString())
                .replace("CHECKOUT", other.resolve("checkout").toString()));
    assertThat(script.toFile().setExecutable(true)).isTrue();

    assertThat(pasted.run("pasted.sh").changes()).isEqualTo(real);
    assertThat(pasted.state("collector")).endsWith(CONNECTION);
  }
}
