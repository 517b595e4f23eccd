package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Replicas that the machines have no room for are refused, and an update needs no more room than
 * there is. The expected figures are computed by hand from Microsoft's "Node resource reservations
 * in AKS": of 4 cores, 140 millicores are reserved, of 24 340, of 40 500; of memory the lesser of a
 * quarter and 20 MB for each of 250 pods and 50 MB (4816 MiB), and 100 MiB. For DaemonSets, 500
 * millicores and 1024 MiB are left.
 */
final class RoomTest {

  @ParameterizedTest
  @CsvSource({
    "cpu, 3360 millicores, 11164 MiB", // 4 cores, 16 GiB
    "t4, 3360 millicores, 22732 MiB", // 4 cores, 28 GiB
    "a100, 23160 millicores, 219340 MiB", // 24 cores, 220 GiB
    "h100, 39000 millicores, 321740 MiB" // 40 cores, 320 GiB
  })
  void eachMachineHasRoomForWhatAksLeaves(String hardware, String cpu, String memory) {
    assertThatThrownBy(() -> with(hardware, Map.of("num_replicas", "999")))
        .hasMessageContaining("of each machine, " + cpu + ", " + memory);
  }

  @ParameterizedTest
  @CsvSource({"memory_gb, 10, 11", "cpu_cores, 3, 4"})
  void aReplicaLargerThanAMachineIsRefused(String size, String fits, String tooLarge) {
    assertThat(with("cpu", Map.of(size, fits)).all("Deployment")).hasSize(1);
    assertThatThrownBy(() -> with("cpu", Map.of(size, tooLarge)))
        .hasMessageContaining("3 replicas do not fit: 3 machines (node_count) have room for 0.");
  }

  @Test
  void smallReplicasShareAMachine() {
    Map<String, String> small = Map.of("cpu_cores", "1"); // By memory, two of 4 GiB per machine.

    assertThat(rolling("cpu", small, "num_replicas", "5")).isEqualTo(startsFirst());
    assertThat(rolling("cpu", small, "num_replicas", "6")).isEqualTo(endsFirst());
    assertThatThrownBy(() -> rolling("cpu", small, "num_replicas", "7"))
        .hasMessageContaining("have room for 6.");
  }

  /** The second deployment with the defaults used to wait for ever for room for a fourth pod. */
  @ParameterizedTest
  @CsvSource({"cpu", "t4", "a100", "h100"})
  void theDefaultsFillTheMachinesAndAFurtherMachineIsUsedForUpdates(String hardware) {
    assertThat(rolling(hardware, Map.of(), "num_replicas", "3")).isEqualTo(endsFirst());
    assertThat(rolling(hardware, Map.of(), "num_replicas", "2")).isEqualTo(startsFirst());
    assertThat(rolling(hardware, Map.of(), "node_count", "4")).isEqualTo(startsFirst());
  }

  @Test
  void machinesThatAreAddedCountForReplicasButNotForUpdates() {
    Map<String, String> added =
        Map.of("node_autoscale_enabled", "true", "node_count", "1", "node_max_count", "4");

    assertThat(rolling("t4", added, "num_replicas", "4")).isEqualTo(endsFirst());
    assertThat(rolling("t4", added, "num_replicas", "1")).isEqualTo(endsFirst());
    assertThatThrownBy(() -> rolling("t4", added, "num_replicas", "5"))
        .hasMessageContaining("4 machines (node_max_count) have room for 4.")
        .hasMessageContaining("Raise node_max_count");
  }

  @Test
  void gpusAreNotShared() {
    assertThatThrownBy(() -> with("a100", Map.of("gpu_cores", "2")))
        .hasMessageContaining("have room for 0.");
  }

  private static Map<String, Object> startsFirst() {
    return Map.of("maxSurge", 1, "maxUnavailable", 0);
  }

  private static Map<String, Object> endsFirst() {
    return Map.of("maxSurge", 0, "maxUnavailable", 1);
  }

  private static Map<String, Object> rolling(
      String hardware, Map<String, String> settings, String key, String value) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(key, value);
    return with(hardware, all)
        .one("Deployment", "lynxeye")
        .map("spec", "strategy", "rollingUpdate");
  }

  private static Rendering with(String hardware, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("model_source", "image");
    return Rendering.of("room", hardware, all);
  }
}
