package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** state.sh and logs.sh: Azure ML's {@code state} and {@code get_logs()}. */
final class StateTest {
  @TempDir Path folder;
  private Cloud cloud;

  @BeforeEach
  void cluster() throws IOException, InterruptedException {
    cloud = new Cloud(folder);
    assertThat(cloud.run("provision.sh").exit()).isZero();
  }

  /**
   * Azure ML, "Understanding service state": Transitioning, being deployed; Unhealthy, deployed but
   * unreachable; Unschedulable, not enough resources; Failed, not deployed because of an error or a
   * crash; Healthy. Numbers: wanted, ready, updated, all replicas, generation wanted and seen.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 3 3 3 1 1 NewReplicaSetAvailable | | 0 | Healthy, 3 of 3 replicas ready | ",
        "3 3 3 3 2 1 NewReplicaSetAvailable | | 2 | Transitioning, 3 of 3 | wait, then run this again",
        "3 2 2 3 2 2 ReplicaSetUpdated | p ContainersNotReady | 2 | Transitioning, 2 of 3 | initial_delay_seconds (310)",
        "5 3 5 5 1 1 NewReplicaSetAvailable | p ContainersNotReady | 2 | Transitioning, 3 of 5 | wait",
        "3 2 3 3 1 1 ReplicaSetUpdated | p Unschedulable 0/4 nodes | 1 | Unschedulable, 2 of 3 | no machine has room",
        "3 0 3 3 1 1 NewReplicaSetAvailable | p ContainersNotReady | 1 | Unhealthy, 0 of 3 | aks/logs.sh",
        "3 2 3 3 1 1 NewReplicaSetAvailable | p CrashLoopBackOff x | 1 | Unhealthy, 2 of 3 | a line of the log",
        "3 2 1 3 2 2 ReplicaSetUpdated | p ImagePullBackOff x | 1 | Failed, 2 of 3 | run image.sh",
        "3 0 3 3 1 1 ReplicaSetUpdated | p CreateContainerConfigError secret | 1 | Failed, 0 of 3 | a line of the log",
        "3 2 1 3 2 2 ProgressDeadlineExceeded | p ContainersNotReady | 1 | Failed, 2 of 3 | not ready in time"
      })
  void theStateHasAReasonACureAndAnExitCode(
      String deployment, String reason, int exit, String state, String cure) throws Exception {
    cloud.state("deployments", "lynxeye " + deployment + "\n");
    cloud.state("reasons", reason == null ? "" : reason + "\n");
    cloud.state("logs", "a line of the log\n");
    Cloud.Outcome outcome = cloud.run("state.sh");
    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(exit);
    assertThat(outcome.out()).contains("State: " + state);
    assertThat(outcome.err()).contains(reason == null ? "" : reason, cure == null ? "" : cure);
    assertThat(outcome.changes()).isEmpty();
  }

  /** Texts of the API server, in the Deployment's condition ReplicaFailure. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pods \"p\" is forbidden: exceeded quota: q, requested: requests.nvidia.com/gpu=1 | ResourceQuota",
        "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": seccompProfile | Pod Security"
      })
  void podsThatTheClusterRefusesAreAFailure(String message, String cure) throws Exception {
    cloud.state("deployments", "lynxeye 3 0 0 0 1 1 NewReplicaSetCreated\n");
    cloud.state("failures", "lynxeye FailedCreate " + message + "\n");
    Cloud.Outcome outcome = cloud.run("state.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).contains("State: Failed, 0 of 3");
    assertThat(outcome.err()).contains(message, cure);
  }

  @Test
  void aCanaryThatFailsCountsToo() throws Exception {
    String both =
        "lynxeye 3 3 3 3 1 1 NewReplicaSetAvailable\nlynxeye-canary 1 0 1 1 1 1 ReplicaSetUpdated\n";
    cloud.state("deployments", both);
    cloud.state("reasons", "lynxeye-canary-1 ended with code 137, OOMKilled\n");
    Cloud.Outcome outcome = cloud.run("state.sh");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).contains("State: Transitioning, 3 of 4 replicas ready");
    assertThat(outcome.err()).contains("raise memory_gb");
  }

  @Test
  void withoutAServiceItIsNotTransitioning() throws Exception {
    cloud.state("deployments", "");
    Cloud.Outcome outcome = cloud.run("state.sh");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).contains("there is no service lynxeye", "run deploy.sh");
  }

  /** Azure ML's scoring_uri and get_keys(). */
  @Test
  void theAddressAKeyAndTheRequestAreShown() throws Exception {
    cloud.state("address", "20.1.2.3");
    String settings = cloud.file("mine.yaml", "gateway: http\n").toString();
    assertThat(cloud.run("state.sh", "--settings", settings).out())
        .contains("Scoring URI: http://20.1.2.3/score\n")
        .contains("kubectl get secret lynxeye-keys -n lynxeye -o go-template='{{.data.primary")
        .contains("curl -H @<(printf 'Authorization: Bearer %s' \"$KEY\") --data-binary")
        .contains("samples/lynx.jpg http://20.1.2.3/score\n");
    String open = cloud.file("mine.yaml", "auth_enabled: false\n").toString();
    assertThat(cloud.run("state.sh", "--settings", open).out())
        .contains("Scoring URI: http://127.0.0.1:8080/score, while this runs: KUBECONFIG=")
        .contains("Score an image: curl --data-binary @samples/lynx.jpg http://127.0.0.1:8080/")
        .doesNotContain("KEY");
  }

  @Test
  void logsAreOfAllPodsOrOfOne() throws Exception {
    cloud.state("logs", "a line of the log\n");
    Cloud.Outcome all = cloud.run("logs.sh");
    assertThat(all.out()).isEqualTo("a line of the log\n");
    assertThat(all.calls())
        .last()
        .asString()
        .isEqualTo(
            "kubectl logs --selector app.kubernetes.io/instance=lynxeye,lynxeye.io/track --prefix"
                + " --ignore-errors --namespace lynxeye --container lynxeye --tail 50");
    assertThat(cloud.run("logs.sh", "lynxeye-1", "--lines", "7", "--previous", "--init").calls())
        .last()
        .asString()
        .isEqualTo(
            "kubectl logs lynxeye-1 --namespace lynxeye --container import --tail 7 --previous");
    cloud.state("deployments", "");
    assertThat(cloud.run("logs.sh").err()).contains("has no pods", "run deploy.sh");
    assertThat(cloud.run("logs.sh", "--lines", "x").err()).contains("--lines needs a number");
    assertThat(cloud.run("logs.sh", "a", "b").err()).contains("unknown option or argument: b");
  }
}
