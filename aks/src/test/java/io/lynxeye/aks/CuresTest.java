package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The common errors of Azure and Kubernetes, in their own words, and what to do about them. */
final class CuresTest {
  /** azure-cli 2.91.0, command_modules/storage/__init__.py, get_handler_suppress_some_400. */
  private static final String STORAGE_403 =
      """
      ERROR:\s
      You do not have the required permissions needed to perform this operation.
      Depending on your operation, you may need to be assigned one of the following roles:
          "Storage Blob Data Owner"
          "Storage Blob Data Contributor"
          "Storage Blob Data Reader"
          "Storage Queue Data Contributor"
          "Storage Queue Data Reader"
          "Storage Table Data Contributor"
          "Storage Table Data Reader"

      If you want to use the old authentication method and allow querying for the right account key, \
      please use the "--auth-mode" parameter and "key" value.
      """;

  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void emptySubscription() throws IOException {
    cloud = new Cloud(folder);
  }

  /**
   * Texts, in this order: az; AKS's error page and motordesk issue 14; karpenter-provider-azure
   * issue 192; hashicorp-education/learn-terraform-provision-aks-cluster issue 15;
   * mspnp/aks-baseline issue 372; terraform-provider-iterative issue 279; azure-dev issue 305;
   * Azure/AKS issue 1272; jenkins-infra/helpdesk issues 3584 and 4459; aks-store-demo issue 115;
   * azure-cli issue 32567; terraform-provider-azurerm issue 892.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "az-account-show | Please run 'az login' to setup account. | log in: az login",
        "az-acr-create | (AlreadyInUse) The registry DNS name is already in use. | registry_name",
        "az-storage-account-create | (StorageAccountAlreadyTaken) taken | storage_account",
        "az-aks-create | (ErrCode_InsufficientVCPUQuota) Insufficient vcpu quota requested 2, remaining 0 for family StandardDasv7Family for region eastus. | request more: portal > Quotas",
        "az-aks-nodepool-add | (OperationNotAllowed) Operation could not be completed as it results in exceeding approved Total Regional Cores quota. | request more: portal > Quotas",
        "az-aks-create | (BadRequest) The VM size of Standard_B2s is not allowed in your subscription in location 'westus2'. | choose another location, or another hardware",
        "az-aks-nodepool-add | (SkuNotAvailable) The requested size for resource 'x' is currently not available in location 'eastus2' zones '1' | choose another location, or another hardware",
        "az-aks-nodepool-add | (VMSizeNotSupported) Virtual Machine size: 'Standard_NC6' is not supported for subscription *** in location 'westus'. | choose another location, or another hardware",
        "az-acr-create | (LocationNotAvailableForResourceType) The provided location 'westus' is not available for resource type 'x'. | choose another location",
        "az-aks-nodepool-add | (AllocationFailed) Allocation failed. We do not have sufficient capacity for the requested VM size in this region. | no such machine free in westeurope now",
        "az-aks-nodepool-add | (OverconstrainedZonalAllocationRequest) Allocation failed. VM(s) with the following constraints cannot be allocated | no such machine free in westeurope now",
        "az-aks-nodepool-add | (ZonalAllocationFailed) Allocation failed. | no such machine free in westeurope now",
        "az-aks-create | Code=\"OverconstrainedAllocationRequest\" Message=\"Allocation failed. | no such machine free in westeurope now",
        "az-storage-account-create | (RequestDisallowedByAzure) Resource 'x' was disallowed by Azure: This policy maintains a set of best available regions | your subscription may not use this location",
        "az-group-create | (RequestDisallowedByPolicy) Resource 'x' was disallowed by policy. | a policy of your organisation",
        "az-role-assignment-create | (AuthorizationFailed) The client does not have authorization | Owner",
        "helm-upgrade | Error: timed out waiting for the condition | run this again"
      })
  void aRefusalOfAzureIsReportedWithACure(String call, String message, String cure)
      throws Exception {
    cloud.fails(call, message);
    Cloud.Outcome outcome = cloud.run("provision.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(message).contains("  -> ").contains(cure);
  }

  @Test
  void theNextRunContinues() throws Exception {
    for (String call : new String[] {"az-acr-create", "az-aks-nodepool-add", "helm-upgrade"}) {
      cloud.fails(call, "Error: timed out waiting for the condition");
      assertThat(cloud.run("provision.sh").exit()).as(call).isEqualTo(1);
      cloud.heals(call);
    }
    assertThat(cloud.run("provision.sh").exit()).isZero();
  }

  /** The words of Azure's table in errors of kubectl mean something else. Texts: kubectl 1.32. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create-namespace | Error from server (AlreadyExists): namespaces \"lynxeye\" already exists | another run has just created it",
        "create-namespace | Error from server (Forbidden): namespaces is forbidden: User \"u\" cannot create resource \"namespaces\" | your account may not do this in the cluster",
        "get-nodes | error: You must be logged in to the server (Unauthorized) | your account may not do this in the cluster",
        "get-nodes | Unable to connect to the server: dial tcp: lookup x.azmk8s.io: no such host | az aks start",
        "get-nodes | Unable to connect to the server: dial tcp 20.1.2.3:443: i/o timeout | authorised IP ranges",
        "create-secret | Error from server (Forbidden): secrets \"s\" is forbidden: exceeded quota: q, requested: secrets=1 | ResourceQuota",
        "create-secret | Error from server (Forbidden): secrets \"s\" is forbidden: unable to create new content in namespace lynxeye because it is being terminated | it is being deleted"
      })
  void aRefusalOfTheClusterHasItsOwnCure(String call, String message, String cure)
      throws Exception {
    for (String script : new String[] {"provision.sh", "image.sh", "register-model.sh"}) {
      assertThat(cloud.run(script).exit()).as(script).isZero();
    }
    cloud.fails("kubectl-" + call, message);
    Cloud.Outcome outcome = cloud.run("deploy.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(message).contains("  -> ").contains(cure);
    assertThat(outcome.err()).doesNotContain("registry_name", "Owner");
  }

  /** A role that was just assigned: the storage account refuses until it takes effect. */
  @Test
  void registrationWaitsForTheRole() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    cloud.fails("az-storage-blob-show", STORAGE_403, 2);
    cloud.fails("az-storage-blob-upload", STORAGE_403, 2);
    Cloud.Outcome outcome = cloud.run("register-model.sh");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.calls().stream().filter(call -> call.contains("blob show"))).hasSize(3);
    assertThat(outcome.calls().stream().filter(call -> call.contains("blob upload"))).hasSize(3);
    assertThat(outcome.err().lines().filter(line -> line.contains("trying again"))).hasSize(4);
  }

  @Test
  void aRoleThatNeverTakesEffectIsReported() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    cloud.environment("LYNXEYE_ROLE_WAIT", "0");
    cloud.fails("az-storage-blob-show", STORAGE_403);
    Cloud.Outcome outcome = cloud.run("register-model.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err())
        .contains("You do not have the required permissions", "  -> a role is missing");
    assertThat(outcome.changes()).isEmpty();
  }

  @Test
  void aModelThatIsNotRegisteredIsReportedWithTheStepThatIsMissing() throws Exception {
    assertThat(cloud.run("provision.sh").exit()).isZero();
    assertThat(cloud.run("image.sh").exit()).isZero();
    Cloud.Outcome outcome = cloud.run("deploy.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("a step before this one is missing", "register-model.sh");
    assertThat(outcome.changes()).isEmpty();
  }

  /** A program that cannot find its own files has not found out that something is absent. */
  @Test
  void aBrokenProgramIsNotTakenForAnAbsentResource() throws Exception {
    cloud.fails("az-group-show", "[Errno 2] No such file or directory: '/root/.azure/x.json'");
    Cloud.Outcome outcome = cloud.run("provision.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.changes()).isEmpty();
  }
}
