package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every failure prints its cause and a cure, sets the exit code, and leaves nothing half created.
 */
final class RefusalsTest {
  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void emptySubscription() throws IOException {
    cloud = new Cloud(folder);
  }

  @Test
  void withoutQuotaNothingIsCreated() throws Exception {
    cloud.state("usage", "cores\t0\t10\nStandardNCASv3_T4Family\t44\t48\n");
    refuses(
        "provision.sh", "12 cores of standardNCASv3_T4Family", "is 48, 44 are used", "request 56");
  }

  @Test
  void missingGpusAreReported() throws Exception {
    cloud.nodes("node a open True 1", "node b open True 0", "node c open True 0");
    Cloud.Outcome outcome = cloud.run("provision.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("only 1 of 3 machines show a GPU")
        .contains("kubectl get pods -A");
  }

  @Test
  void withoutAGpuNothingIsCreated() throws Exception {
    readyForTheService();
    cloud.nodes("node a open True 0");
    refuses("deploy.sh", "no usable GPU: 3 wanted, 0 allocatable", "provision.sh");
  }

  @Test
  void gpusOfOtherServicesAreNotFreeButThoseOfTheServiceAre() throws Exception {
    readyForTheService();
    cloud.state("pods", "pod other a else 1\npod lynxeye b lynxeye 1\npod lynxeye c lynxeye 1\n");
    refuses(
        "deploy.sh",
        "3 wanted (3 replicas x 1), 3 allocatable, 1 used by others, 2 free",
        "node_count");
    cloud.state(
        "pods", "pod lynxeye a lynxeye 1\npod lynxeye b lynxeye 1\npod lynxeye c lynxeye 1\n");
    assertThat(cloud.run("deploy.sh").exit()).isZero();
  }

  @Test
  void cordonedAndUnreadyMachinesDoNotCount() throws Exception {
    readyForTheService();
    cloud.nodes("node a cordoned True 1", "node b open False 1", "node c open True 1");
    Cloud.Outcome outcome = refuses("deploy.sh", "1 allocatable, 0 used by others, 1 free");
    assertThat(outcome.out()).contains("not counted: 2");
  }

  @Test
  void aReplicasGpusMustBeOnOneMachine() throws Exception {
    readyForTheService();
    String values = "checkout/aks/chart/values-two.yaml";
    String two =
        "node_vm_size: Standard_NC64as_T4_v3\ngpus_per_node: 4\ngpu_cores: 2\nimage_variant: gpu\n";
    cloud.file(values, two);
    String settings = cloud.file("mine.yaml", "hardware: two\nnum_replicas: 2\n").toString();
    cloud.nodes("node a open True 3", "node b open True 1");
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--settings", settings);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("only 1 of 2 replicas find 2 GPUs on one machine");
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void aCanaryNeedsGpusToo() throws Exception {
    readyForTheService();
    String settings =
        cloud.file("mine.yaml", "canary_model_version: 2\ngateway: http\n").toString();
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--settings", settings);
    assertThat(outcome.err()).contains("4 wanted (4 replicas x 1)");
    assertThat(outcome.changes()).isEmpty();
  }

  /** A pool of 0 to 4 machines: those that do not exist yet count, but no more than the maximum. */
  @Test
  void machinesThatTheClusterCanAddCount() throws Exception {
    readyForTheService();
    cloud.nodes("node a open True 1");
    String scaled = "node_autoscale_enabled: true\nnode_min_count: 0\nnode_max_count: ";
    String enough = cloud.file("mine.yaml", scaled + "3\n").toString();
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--settings", enough);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("3 free", "2 of them on machines that the cluster can add");
    cloud.state("nodes", "");
    assertThat(cloud.run("deploy.sh", "--settings", enough).exit()).isZero();
    String tooFew = cloud.file("mine.yaml", scaled + "2\nnode_count: 2\n").toString();
    Cloud.Outcome refused = cloud.run("deploy.sh", "--settings", tooFew);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("3 wanted", "2 free", "raise node_max_count");
  }

  /** With four machines for three replicas, the chart's update starts a fourth pod first. */
  @Test
  void anUpdateThatWouldWaitForAGpuIsAnnounced() throws Exception {
    readyForTheService();
    String settings = cloud.file("mine.yaml", "node_count: 4\n").toString();
    cloud.nodes(
        "node a open True 1", "node b open True 1", "node c open True 1", "node d open True 1");
    String warning = "an update starts a new pod before it stops an old one";
    Cloud.Outcome free = cloud.run("deploy.sh", "--settings", settings);
    assertThat(free.out()).doesNotContain(warning);
    cloud.state("pods", "pod other d else 1\n");
    Cloud.Outcome used = cloud.run("deploy.sh", "--settings", settings);
    assertThat(used.exit()).as(used.err()).isZero();
    assertThat(used.out()).contains("Warning: " + warning);
  }

  @Test
  void tokensNeedTheIssuersKeysBeforeDeployment() throws Exception {
    readyForTheService();
    String tokens =
        "token_auth_enabled: true\ntoken_issuer: https://issuer\ntoken_audience: lynx\n";
    String settings = cloud.file("mine.yaml", tokens).toString();
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--settings", settings);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("there is no ConfigMap lynxeye-jwks", "create configmap lynxeye-jwks");
    assertThat(outcome.calls()).noneMatch(call -> call.startsWith("helm upgrade"));
    cloud.state("configmap-lynxeye-jwks", "");
    assertThat(cloud.run("deploy.sh", "--settings", settings).exit()).isZero();
  }

  @Test
  void differentContentUnderARegisteredVersionIsRefused() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    assertThat(cloud.run("register-model.sh").exit()).isZero();
    cloud.file("store/resnet50/1/saved_model.pb", "another graph\n");
    refuses(
        "register-model.sh", "resnet50/1.tar.gz is registered with different content", "--force");
    assertThat(cloud.run("register-model.sh", "--force").changes()).hasSize(1);
  }

  @Test
  void aMissingModelIsImported() throws Exception {
    String settings = cloud.file("mine.yaml", "model_version: 2\n").toString();
    Cloud.Outcome outcome = cloud.run("register-model.sh", "--settings", settings);
    assertThat(outcome.calls())
        .contains("lynxeye import resnet50 --model-version 2 --store FOLDER/store");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nodecount: 3 | mine.yaml:1: unknown setting nodecount",
        "node_count: three | node_count is \"three\", which is not a whole number",
        "cpu_cores: 08 | cpu_cores is \"08\", which is not a whole number",
        "tags: a=$(id) | has a $ or a ` in its value",
        "monitoring: yes | use true or false",
        "hardware: k80 | choose one of: a100 cpu h100 t4",
        "gateway: ftp | choose one of: none http https",
        "storage_account: My-Account | 3 to 24 lower-case letters and digits",
        "'  indented: 1' | not a line of the form",
      })
  void wrongSettingsAreReported(String line, String message) throws Exception {
    String settings = cloud.file("mine.yaml", line + "\n").toString();
    Cloud.Outcome outcome = cloud.run("provision.sh", "--settings", settings, "--dry-run");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(message);
    assertThat(outcome.calls()).isEmpty();
  }

  /** An empty name, as from an unset variable, must not mean the default group. */
  @Test
  void anEmptyNameOfSettingsDeletesNothing() throws Exception {
    readyForTheService();
    refuses("cleanup.sh", List.of("--yes", "--settings", ""), "--settings needs a file");
  }

  @Test
  void settingsFromAPipeAreRefusedBecauseTheyAreReadSeveralTimes() throws Exception {
    refuses("deploy.sh", List.of("--settings", "/dev/stdin"), "cannot be a pipe");
  }

  @Test
  void aCleanupWithoutATerminalIsRefusedBeforeAnythingIsCreated() throws Exception {
    assertThat(refuses("all.sh", List.of("--then-cleanup"), "add --yes").calls()).isEmpty();
  }

  @Test
  void aDryRunChecksForAVaultsKeysBeforeItSetsThem() throws Exception {
    String settings = cloud.file("mine.yaml", "key_vault: vault1\n").toString();
    Cloud.Outcome dry = cloud.run("deploy.sh", "--dry-run", "--settings", settings);
    assertThat(dry.out())
        .containsPattern(
            "keyvault secret list .*lynxeye-primary.* \\|\\|\n +printf .*az keyvault secret set")
        .containsPattern(
            "keyvault secret list .*lynxeye-secondary.* \\|\\|\n +printf .*az keyvault secret set")
        .containsPattern(
            "keyvault secret list .*lynxeye-admin.* \\|\\|\n +printf .*az keyvault secret set");
  }

  @Test
  void aRetiredSizeIsRefused() throws Exception {
    cloud.file("checkout/aks/chart/values-old.yaml", "node_vm_size: Standard_NC6\ngpu_cores: 1\n");
    String settings = cloud.file("mine.yaml", "hardware: old\n").toString();
    Cloud.Outcome outcome = cloud.run("provision.sh", "--settings", settings);
    assertThat(outcome.err())
        .contains("Standard_NC6, a size that Azure has retired")
        .contains("t4");
    assertThat(outcome.exit()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "provision.sh, az",
    "provision.sh, helm",
    "image.sh, az",
    "register-model.sh, gzip",
    "deploy.sh, kubectl",
    "deploy.sh, base64",
    "deploy.sh, awk",
    "state.sh, kubectl",
    "logs.sh, kubectl",
    "query.sh, curl",
    "cleanup.sh, az",
    "all.sh, gzip",
    "all.sh, curl"
  })
  void aMissingProgramIsReportedBeforeAnythingIsDone(String script, String program)
      throws Exception {
    cloud.without(program);
    Cloud.Outcome outcome = refuses(script, program + " was not found", "install");
    assertThat(outcome.calls()).isEmpty();
  }

  /** macOS has shasum instead of sha256sum, and its own tar cannot sort. */
  @Test
  void programsOfMacOsAreUsedOrRefused() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    cloud.without("sha256sum", "shasum");
    refuses("all.sh", "neither sha256sum nor shasum was found");
    cloud.program("shasum", "[ \"$1 $2\" = '-a 256' ] && exec /usr/bin/sha256sum \"$3\"");
    cloud.program("tar", "echo 'bsdtar 3.5.3 - libarchive 3.7.4'");
    refuses("all.sh", "GNU tar was not found", "brew install gnu-tar");
    cloud.program("gtar", "exec /usr/bin/tar \"$@\"");
    assertThat(cloud.run("register-model.sh").out()).containsPattern("sha256 [0-9a-f]{64}");
  }

  @Test
  void anOldBashIsRefused() throws Exception {
    Path steps = folder.resolve("checkout/aks/steps.sh");
    String old =
        Files.readString(steps).replace("BASH_VERSINFO", "old").replace("$BASH_VERSION", "");
    Files.writeString(steps, "old=(4 3)\n" + old);
    refuses("deploy.sh", "this bash is too old", "install bash 4.4");
    Files.writeString(steps, "old=(4 4)\n" + old);
    assertThat(cloud.run("deploy.sh", "--dry-run").exit()).isZero();
  }

  private static final List<String> IN_ITS_OWN_GROUP =
      List.of("perl", "-e", "setpgrp(0, 0); $SIG{INT} = 'DEFAULT'; exec @ARGV");

  /** Ctrl-C is no wish to delete, even with --yes. */
  @Test
  void ctrlCWithoutATerminalDeletesNothingAndSaysWhatRemains() throws Exception {
    cloud.state("interrupt/az-acr-build", "");
    Cloud.Outcome outcome =
        cloud.run(
            new java.io.File("/dev/null"), IN_ITS_OWN_GROUP, "all.sh", "--then-cleanup", "--yes");
    assertThat(outcome.exit()).isEqualTo(130);
    assertThat(outcome.err())
        .contains("interrupted during image.sh; the resource group lynxeye and everything in it")
        .contains("aks/cleanup.sh");
    assertThat(outcome.calls()).noneMatch(call -> call.contains("delete"));
  }

  @Test
  void ctrlCOnATerminalAsksBeforeItDeletes() throws Exception {
    cloud.state("interrupt/az-acr-build", "");
    String all = folder.resolve("checkout/aks/all.sh") + " --then-cleanup --yes";
    cloud.program("on-a-terminal", "exec script -qec '" + all + "' /dev/null");
    java.io.File no = cloud.file("no", "no\n").toFile();
    List<String> around = new ArrayList<>(IN_ITS_OWN_GROUP);
    around.add(folder.resolve("programs/on-a-terminal").toString());
    Cloud.Outcome outcome = cloud.run(no, around, "all.sh");
    assertThat(outcome.out())
        .contains(
            "interrupted during image.sh", "Delete the resource group", "nothing was deleted");
    assertThat(outcome.calls()).anyMatch(call -> call.startsWith("az resource list"));
    assertThat(outcome.calls()).noneMatch(call -> call.contains("group delete"));
  }

  private void readyForTheService() throws Exception {
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh")) {
      assertThat(cloud.run(script).exit()).as(script).isZero();
    }
  }

  private Cloud.Outcome refuses(String script, String... messages) throws Exception {
    return refuses(script, List.of(), messages);
  }

  private Cloud.Outcome refuses(String script, List<String> options, String... messages)
      throws Exception {
    Cloud.Outcome outcome = cloud.run(script, options.toArray(String[]::new));
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(messages).contains("  -> ");
    assertThat(outcome.changes()).isEmpty();
    return outcome;
  }
}
