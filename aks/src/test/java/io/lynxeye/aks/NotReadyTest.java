package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that was deployed but does not become ready. */
final class NotReadyTest {
  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void readyForTheService() throws Exception {
    cloud = new Cloud(folder);
    for (String script : List.of("provision.sh", "image.sh", "register-model.sh")) {
      assertThat(cloud.run(script).exit()).as(script).isZero();
    }
    cloud.state("deployments", "lynxeye 3 2 3 3 1 1 ReplicaSetUpdated\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lynxeye-1 ImagePullBackOff Back-off pulling image | run image.sh",
        "lynxeye-1 Unschedulable 0/4 nodes are available | no machine has room",
        "lynxeye-1 CrashLoopBackOff back-off 10s | no such model",
        "lynxeye-1 ContainersNotReady | initial_delay_seconds"
      })
  void aServiceThatIsNotReadyIsReportedWithTheReason(String reason, String cure) throws Exception {
    cloud.fails("helm-upgrade", "Error: UPGRADE FAILED: timed out waiting for the condition");
    cloud.state("reasons", reason + "\n");
    cloud.state("events", "lynxeye-1 Failed: an event\n");
    cloud.state("logs", "no such model\n");
    Cloud.Outcome outcome = cloud.run("deploy.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains(reason, cure, "an event", "timed out", "  -> ");
  }

  /** Helm accepts one pod fewer than wanted; a problem of that pod must still be reported. */
  @Test
  void waitsForAPodThatHelmDoesNotWaitFor() throws Exception {
    cloud.fails("kubectl-rollout", "error: timed out waiting for the condition");
    cloud.state("reasons", "lynxeye-1 ImagePullBackOff Back-off pulling image\n");
    for (int run = 1; run <= 2; run++) { // The second finds an unchanged release.
      Cloud.Outcome outcome = cloud.run("deploy.sh");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err()).contains("ImagePullBackOff", "run image.sh", "timed out");
    }
  }

  @Test
  void aMissingGatewayDoesNotHideTheReason() throws Exception {
    cloud.fails("helm-upgrade", "Error: no matches for kind Gateway");
    cloud.fails("kubectl-get-gateway", "Error from server (NotFound)");
    String settings = cloud.file("mine.yaml", "gateway: http\n").toString();
    Cloud.Outcome outcome = cloud.run("deploy.sh", "--settings", settings);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("no matches for kind Gateway");
  }

  @Test
  void anInterruptedUpgradeIsReportedWithTheCure() throws Exception {
    cloud.state("deployments", "lynxeye 3 3 3 3 1 1 NewReplicaSetAvailable\n"); // The old release.
    cloud.fails(
        "helm-upgrade", "Error: UPGRADE FAILED: another operation (install) is in progress");
    Cloud.Outcome outcome = cloud.run("deploy.sh");
    assertThat(outcome.err()).contains("helm rollback lynxeye --namespace lynxeye");
  }
}
