package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What provision.sh checks before anything costs money, and the options it passes to Azure. */
final class ProvisionTest {
  private static final String GROUP = "11111111-2222-3333-4444-555555555555";

  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void emptySubscription() throws IOException {
    cloud = new Cloud(folder);
  }

  @Test
  void whatTheChartRefusesIsRefusedBeforeAnythingIsCreated() throws Exception {
    cloud.fails("helm-template", "Error: gateway is https, which needs hostname");
    refuses("", "the chart refuses the settings: Error: gateway is https", "Nothing was created");
  }

  /** Otherwise it would refuse settings that deploy.sh accepts with the real values. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t4 |",
        "cpu | num_replicas=1",
        "t4 | gateway=https,hostname=lynx.example.org,tls_secret_name=lynx-tls,num_replicas=2,canary_model_version=2",
        "t4 | autoscale_enabled=true,monitoring=true,autoscale_max_replicas=3",
        "h100 | key_vault=vault1",
        "a100 | model_source=image"
      })
  void theChartAcceptsThePlaceholders(String hardware, String settings) throws Exception {
    String render =
        succeeds("").calls().stream()
            .filter(call -> call.startsWith("helm template"))
            .findFirst()
            .orElseThrow();
    Map<String, String> values = new LinkedHashMap<>();
    Stream.of(render.split(" --set-string ")).skip(1).forEach(pairs -> put(values, pairs));
    if (settings != null) {
      put(values, settings);
    }
    assertThat(values).containsKeys("image_digest", "model_sha256", "storage_account");
    assertThatCode(() -> Rendering.of("placeholders", hardware, values)).doesNotThrowAnyException();
  }

  private static void put(Map<String, String> values, String pairs) {
    Stream.of(pairs.split(","))
        .forEach(
            pair -> values.put(pair.replaceFirst("=.*", ""), pair.replaceFirst("^[^=]*=", "")));
  }

  /** Rows of az vm list-usage: a family of sizes, or "cores" for all sizes of a location. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "standardNCASv3_T4Family 40 48 | '' | 12 cores of standardNCASv3_T4Family are needed | request 52",
        "StandardDSv5Family 5 12 | '' | 8 cores of standardDSv5Family are needed | request 13",
        "cores 1 20 | '' | 20 cores of all sizes together are needed | request 21",
        "standardDSv5Family 0 19 | hardware: cpu | 20 cores of standardDSv5Family | request 20",
        "standardNCASv3_T4Family 0 19 | node_autoscale_enabled: true; node_max_count: 5 | 20 cores | node_max_count"
      })
  void theQuotaMustAllowAllMachines(String row, String settings, String message, String cure)
      throws Exception {
    cloud.state("usage", row.replace(' ', '\t') + "\n");
    refuses(settings, message, cure);
  }

  @Test
  void theQuotaMayBeJustEnoughAndExistingMachinesAreNotCountedTwice() throws Exception {
    cloud.state(
        "usage", "cores\t0\t20\nstandardDSv5Family\t0\t8\nstandardNCASv3_T4Family\t0\t12\n");
    succeeds("");
    cloud.state(
        "usage", "cores\t20\t24\nstandardDSv5Family\t8\t8\nstandardNCASv3_T4Family\t12\t16\n");
    assertThat(succeeds("").changes()).isEmpty();
    cloud.nodes(
        "node a open True 1", "node b open True 1", "node c open True 1", "node d open True 1");
    assertThat(succeeds("node_count: 4").out())
        .contains("quota of all sizes together in westeurope: 4 cores wanted, limit 24, used 20");
  }

  @Test
  void aSizeThatTheSubscriptionMayNotUseIsRefused() throws Exception {
    cloud.state("unavailable", "Standard_D4s_v5\n");
    refuses("", "Standard_D4s_v5 is not available to this subscription in westeurope", "list-skus");
  }

  /** https://learn.microsoft.com/azure/aks/use-system-pools: 4 vCPUs, two machines. */
  @Test
  void theSystemPoolIsAsAksAsks() throws Exception {
    refuses("system_vm_size: Standard_D2s_v5", "which has 2 vCPUs", "at least 4");
    assertThat(create("aks create", ""))
        .contains("--nodepool-name system --node-count 2 --node-vm-size Standard_D4s_v5");
  }

  @Test
  void moreSystemMachinesAreAdded() throws Exception {
    succeeds("");
    assertThat(succeeds("system_node_count: 3").changes())
        .containsExactly(
            "az aks nodepool scale --cluster-name lynxeye --name system --resource-group lynxeye --node-count 3 --output none");
  }

  @Test
  void aServicePrincipalGetsItsRolesWithoutMicrosoftGraph() throws Exception {
    cloud.state("user-type", "servicePrincipal\n");
    cloud.state("claims", "{\"idtyp\":\"app\",\"oid\":\"" + GROUP + "\"}");
    Cloud.Outcome outcome = succeeds("key_vault: vault1");
    assertThat(roles(outcome, GROUP, "servicePrincipal"))
        .containsExactlyInAnyOrder("Storage Blob Data Contributor", "Key Vault Secrets Officer");
    assertThat(outcome.calls()).noneMatch(call -> call.startsWith("az ad "));
    assertThat(outcome.calls() + outcome.out() + outcome.err()).doesNotContain("e30.");
  }

  @Test
  void aTokenWithoutAnObjectIdNeedsTheSetting() throws Exception {
    cloud.state("claims", "{\"aud\":\"somewhere\"}");
    refuses("", "does not say who you are", "provisioner_id");
    Cloud.Outcome outcome = succeeds("provisioner_id: " + GROUP);
    assertThat(roles(outcome, GROUP, "user")).containsExactly("Storage Blob Data Contributor");
    assertThat(outcome.calls()).noneMatch(call -> call.contains("get-access-token"));
  }

  private static List<String> roles(Cloud.Outcome outcome, String id, String kind) {
    String start = "az role assignment create --assignee-object-id " + id;
    return outcome.calls().stream()
        .filter(call -> call.startsWith(start + " --assignee-principal-type " + kind + " "))
        .map(call -> call.replaceAll(".*--role '([^']*)'.*", "$1"))
        .toList();
  }

  /** The role that the blob driver's documentation asks for to mount with a pod's own identity. */
  @Test
  void theServicesIdentityHasTheBlobDriversRole() throws Exception {
    Cloud.Outcome outcome = succeeds("collect_model_data: true");
    assertThat(roles(outcome, "/principalId/lynxeye-identity", "ServicePrincipal"))
        .containsExactly("Storage Blob Data Contributor");
    assertThat(outcome.changes())
        .anyMatch(call -> call.startsWith("az storage container-rm create --name models "))
        .anyMatch(call -> call.startsWith("az storage container-rm create --name collected "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b c=d | a=b c=d",
        "'project=lynxeye, owner=Jane Doe,link=https://x?a=b' | project=lynxeye 'owner=Jane Doe' 'link=https://x?a=b'",
        "'owner=Jane Doe,' | '''owner=Jane Doe'''",
        "empty= | empty="
      })
  void tagsMayHaveSpacesAndEqualsSigns(String tags, String words) throws Exception {
    String options = words.strip();
    Cloud.Outcome outcome = succeeds("tags: " + tags);
    for (String what : List.of("group", "acr", "storage account", "identity", "aks nodepool")) {
      assertThat(created(outcome, what.equals("aks nodepool") ? what + " add" : what + " create"))
          .contains(" --tags " + options + " --output none");
    }
    assertThat(created(outcome, "aks create"))
        .contains(" --tags " + options + " --nodepool-tags " + options + " --output none");
  }

  @Test
  void withoutTagsThereIsNoOptionForThem() throws Exception {
    assertThat(succeeds("tags: \"\"").calls()).noneMatch(call -> call.contains("tags"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tags: owner=Jane Doe | tags has \"Doe\"",
        "tags: a<b=c | tags has \"a<b=c\"",
        "cluster_tier: paid | choose one of: free standard premium",
        "upgrade_channel: daily | choose one of: none patch stable rapid node-image",
        "node_os_upgrade_channel: none | choose one of: None Unmanaged SecurityPatch NodeImage",
        "authorized_ip_ranges: 10.0.0.0/8 192.168.0.1 | commas between",
        "entra_admin_group: admins | az ad group show",
        "provisioner_id: me | use an object id",
        "node_autoscale_enabled: true; node_max_count: 2 | node_count is 3, not between",
        "node_autoscale_enabled: true; node_min_count: 4; node_max_count: 5 | node_count is 3, not",
        "node_autoscale_enabled: true; gpu_driver: managed | does not support the cluster autoscaler"
      })
  void wrongSettingsAreRefused(String settings, String message) throws Exception {
    assertThat(refuses(settings, message).calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cluster_tier: standard | --tier standard",
        "cluster_tier: premium | --tier premium --auto-upgrade-channel none --node-os-upgrade-channel NodeImage --k8s-support-plan AKSLongTermSupport",
        "upgrade_channel: patch; node_os_upgrade_channel: SecurityPatch | --auto-upgrade-channel patch --node-os-upgrade-channel SecurityPatch",
        "'authorized_ip_ranges: 203.0.113.0/24,198.51.100.7' | --api-server-authorized-ip-ranges 203.0.113.0/24,198.51.100.7"
      })
  void theClustersSettingsAreOptionsOfItsCreation(String settings, String options)
      throws Exception {
    assertThat(create("aks create", settings)).contains(" " + options + " ");
  }

  @Test
  void withAnEntraGroupKubectlLogsInAsAz() throws Exception {
    cloud.file("programs/kubelogin", "#!/bin/sh\necho \"kubelogin $*\" >>\"$CLOUD/calls\"\n");
    String settings = "entra_admin_group: " + GROUP;
    assertThat(folder.resolve("programs/kubelogin").toFile().setExecutable(true)).isTrue();
    Cloud.Outcome outcome = succeeds(settings);
    assertThat(created(outcome, "aks create"))
        .contains(
            "--enable-aad --aad-admin-group-object-ids " + GROUP + " --disable-local-accounts");
    String kubeconfig = "HOME/.cache/lynxeye/kubeconfig-lynxeye-lynxeye";
    assertThat(outcome.calls())
        .containsSubsequence(
            "az aks get-credentials --resource-group lynxeye --name lynxeye --file "
                + kubeconfig
                + " --overwrite-existing",
            "kubelogin convert-kubeconfig --login azurecli --kubeconfig " + kubeconfig);
  }

  @Test
  void withAnEntraGroupKubeloginIsAskedForFirst() throws Exception {
    assertThat(refuses("entra_admin_group: " + GROUP, "kubelogin was not found").calls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "operator | --gpu-driver none | helm upgrade --install gpu-operator .* --version v\\d+\\.\\d+\\.\\d+ .*",
        "plugin | --gpu-driver install | helm upgrade --install nvidia-device-plugin .* --version \\d+\\.\\d+\\.\\d+ .*",
        "managed | --enable-managed-gpu=true |"
      })
  void theDriverIsInstalledInOnePlaceAndPinned(String driver, String option, String chart)
      throws Exception {
    Cloud.Outcome outcome = succeeds("gpu_driver: " + driver);
    assertThat(created(outcome, "aks nodepool add")).contains(" " + option + " ");
    List<String> installed =
        outcome.changes().stream().filter(one -> one.startsWith("helm")).toList();
    if (chart == null) {
      assertThat(installed).isEmpty();
    } else {
      assertThat(installed).singleElement().asString().matches(chart);
    }
  }

  @Test
  void theClusterAutoscalerIsSetChangedAndRemoved() throws Exception {
    String scaled = "node_autoscale_enabled: true; node_min_count: 0; ";
    assertThat(created(succeeds(scaled + "node_max_count: 4"), "aks nodepool add"))
        .contains("--node-count 3 ")
        .contains("--enable-cluster-autoscaler --min-count 0 --max-count 4");
    assertThat(succeeds(scaled + "node_max_count: 4").changes()).isEmpty();
    String update =
        "az aks nodepool update --cluster-name lynxeye --name scoring --resource-group lynxeye ";
    assertThat(succeeds(scaled + "node_max_count: 5").changes())
        .containsExactly(
            update + "--update-cluster-autoscaler --min-count 0 --max-count 5 --output none");
    assertThat(succeeds("").changes())
        .containsExactly(update + "--disable-cluster-autoscaler --output none");
    assertThat(succeeds(scaled + "node_max_count: 4").changes())
        .containsExactly(
            update + "--enable-cluster-autoscaler --min-count 0 --max-count 4 --output none");
  }

  /** The autoscaler may have removed machines since; the GPUs of those that are left must show. */
  @Test
  void onlyExistingMachinesMustShowTheirGpus() throws Exception {
    String scaled = "node_autoscale_enabled: true";
    succeeds(scaled);
    cloud.state("az/aks-nodepool/scoring", "1");
    cloud.nodes("node a open True 1");
    assertThat(succeeds(scaled).out()).contains("GPUs: visible on all 1 machines");
  }

  private String create(String what, String settings) throws Exception {
    return created(succeeds(settings), what);
  }

  private static String created(Cloud.Outcome outcome, String what) {
    return outcome.changes().stream()
        .filter(call -> call.startsWith("az " + what + " "))
        .findFirst()
        .orElseThrow();
  }

  private Cloud.Outcome succeeds(String settings) throws Exception {
    Cloud.Outcome outcome = run(settings);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  private Cloud.Outcome refuses(String settings, String... messages) throws Exception {
    Cloud.Outcome outcome = run(settings);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(messages).contains("  -> ");
    assertThat(outcome.changes()).isEmpty();
    return outcome;
  }

  /** Settings are lines, here with semicolons between. */
  private Cloud.Outcome run(String settings) throws Exception {
    String lines = String.join("\n", Stream.of(settings.split(";")).map(String::strip).toList());
    return cloud.run(
        "provision.sh", "--settings", cloud.file("mine.yaml", lines + "\n").toString());
  }
}
