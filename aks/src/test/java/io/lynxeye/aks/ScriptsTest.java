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

/** Runs all scripts, from an empty subscription to a service and back, and checks their calls. */
final class ScriptsTest {
  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void emptySubscription() throws IOException {
    cloud = new Cloud(folder);
  }

  @Test
  void eachStepCreatesWhatIsMissingAndASecondRunChangesNothing() throws Exception {
    for (String script : List.of("provision", "image", "register-model", "deploy")) {
      Cloud.Outcome first = succeeds(script + ".sh");
      assertThat(first.changes()).as(script).isNotEmpty();
      assertThat(first.out()).contains("Costs").contains("To delete:");
      Golden.compare(script + ".txt", String.join("\n", first.calls()) + "\n");
    }
    for (String script : List.of("provision", "image", "register-model", "deploy")) {
      Cloud.Outcome second = succeeds(script + ".sh");
      assertThat(second.calls()).as(script).isNotEmpty();
      assertThat(second.changes()).as(script).isEmpty();
    }
  }

  @Test
  void cleanupDeletesTheGroupAndChecksThatItIsGone() throws Exception {
    deployed();
    Cloud.Outcome cleanup = succeeds("cleanup.sh", "--yes");
    Golden.compare("cleanup.txt", String.join("\n", cleanup.calls()) + "\n");
    assertThat(succeeds("cleanup.sh", "--yes").changes()).isEmpty();
  }

  @Test
  void cleanupOfTheServiceLeavesTheCluster() throws Exception {
    deployed();
    Cloud.Outcome cleanup = succeeds("cleanup.sh", "--service", "--yes");
    assertThat(cleanup.changes())
        .containsExactly(
            "helm uninstall lynxeye --namespace lynxeye --wait --timeout 10m",
            "kubectl delete namespace lynxeye --ignore-not-found --wait --timeout 10m");
  }

  @Test
  void cleanupAsksAndWithoutAnAnswerDeletesNothing() throws Exception {
    deployed();
    Cloud.Outcome cleanup = cloud.run("cleanup.sh");
    assertThat(cleanup.exit()).isEqualTo(1);
    assertThat(cleanup.err()).contains("--yes");
    assertThat(cleanup.changes()).isEmpty();
  }

  @Test
  void aDryRunRunsNothingAndPrintsEverything() throws Exception {
    for (String program : List.of("az", "kubectl", "helm")) {
      Files.delete(folder.resolve("programs").resolve(program));
    }
    Cloud.Outcome dry = succeeds("all.sh", "--dry-run", "--then-cleanup");
    assertThat(dry.calls()).isEmpty();
    Golden.compare("dry-run.txt", dry.out());
    Path pasted = cloud.file("pasted.sh", dry.out());
    assertThat(new ProcessBuilder("bash", "-n", pasted.toString()).start().waitFor()).isZero();
  }

  @Test
  void thePrintedDryRunHasTheSameEffectWhenExecuted() throws Exception {
    Cloud.Outcome dry = succeeds("provision.sh", "--dry-run");
    List<String> real = succeeds("provision.sh").changes();
    Path other = Files.createDirectory(folder.resolve("other"));
    Cloud pasted = new Cloud(other);
    String text = dry.out().replace("HOME", other.resolve("home").toString());
    Files.writeString(other.resolve("checkout/aks/pasted.sh"), "#!/bin/bash\n" + text);
    other.resolve("checkout/aks/pasted.sh").toFile().setExecutable(true);
    assertThat(pasted.run("pasted.sh").changes()).isEqualTo(real);
  }

  @Test
  void aChangedSettingCreatesANewRevision() throws Exception {
    deployed();
    Path settings = cloud.file("mine.yaml", "num_replicas: 2\n");
    assertThat(succeeds("deploy.sh", "--settings", settings.toString()).changes())
        .singleElement()
        .asString()
        .startsWith("helm upgrade --install lynxeye")
        .contains("-f FOLDER/mine.yaml -f CHECKOUT/aks/chart/values-t4.yaml");
  }

  @Test
  void moreMachinesAreAddedToThePool() throws Exception {
    deployed();
    cloud.nodes(
        "node a open True 1", "node b open True 1", "node c open True 1", "node d open True 1");
    Path settings = cloud.file("mine.yaml", "node_count: 4\n");
    assertThat(succeeds("provision.sh", "--settings", settings.toString()).changes())
        .singleElement()
        .asString()
        .startsWith("az aks nodepool scale");
  }

  @Test
  void aServiceOnCpusNeedsNoGpu() throws Exception {
    cloud.nodes("node a open True 0");
    Files.copy(
        folder.resolve("checkout/docker/Dockerfile"),
        folder.resolve("checkout/docker/Dockerfile.cpu"));
    String settings = cloud.file("mine.yaml", "hardware: cpu\n").toString();
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh", "deploy.sh")) {
      assertThat(succeeds(script, "--settings", settings).calls())
          .noneMatch(call -> call.contains("gpu-operator") || call.contains("sku=gpu"));
    }
  }

  @Test
  void everyScriptParsesAndPrintsItsOptions() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("checkout/aks"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sh")).toList()) {
        Process check = new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
        assertThat(check.waitFor()).as(file.toString()).isZero();
        if (Files.readString(file).startsWith("#!")) {
          assertThat(succeeds(file.getFileName().toString(), "--help").out()).contains("--dry-run");
        }
      }
    }
  }

  private void deployed() throws Exception {
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh", "deploy.sh")) {
      succeeds(script);
    }
  }

  private Cloud.Outcome succeeds(String script, String... arguments) throws Exception {
    Cloud.Outcome outcome = cloud.run(script, arguments);
    assertThat(outcome.exit()).as(script + ": " + outcome.err()).isZero();
    return outcome;
  }
}
