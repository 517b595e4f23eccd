package io.lynxeye.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {

  private static final Device CPU = Device.cpu("no NVIDIA driver");
  private static final Device SECOND_GPU = Device.gpu(1, "T4", "requested");

  private static Device place(String text, Device server) throws ModelLoadException {
    return Placement.of(ModelManifest.of(Map.of("load_on_devices", text)), server);
  }

  private static void assertRefused(String text, Device server, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> place(text, server))
        .withMessage("load_on_devices=" + text + reason);
  }

  @Test
  void aModelRunsOnTheServersDeviceByDefault() throws Exception {
    assertThat(Placement.of(ModelManifest.of(Map.of()), SECOND_GPU)).isEqualTo(SECOND_GPU);
    assertThat(place("*", SECOND_GPU)).isEqualTo(SECOND_GPU);
    assertThat(place("*", CPU)).isEqualTo(CPU);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "cpu0", "-1", "", " cpu ", "cpu;cpu"})
  void theCpuIsAvailableOnAnyServer(String text) throws Exception {
    assertThat(place(text, SECOND_GPU).isGpu()).isFalse();
    assertThat(place(text, CPU).isGpu()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu1", "1", "gpu"})
  void theServersGpuIsAvailable(String text) throws Exception {
    assertThat(place(text, SECOND_GPU)).isEqualTo(SECOND_GPU);
  }

  @Test
  void anotherGpuIsRefused() {
    assertRefused(
        "gpu0",
        SECOND_GPU,
        ": this server runs on gpu:1 (T4), and a process uses one GPU; start another process with --device"
            + " gpu:0");
    assertRefused("0", CPU, ": this server runs on the CPU (no NVIDIA driver)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu0;gpu1", "cpu;gpu0", "gpu0+gpu1"})
  void severalDevicesAreRefused(String text) {
    assertRefused(
        text, SECOND_GPU, ": name one device; to use several GPUs, run a replica on each");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GPU0", "nc0", "gpu:0", "1x", "gpu1234"})
  void anythingElseIsNotADevice(String text) {
    assertRefused(text, SECOND_GPU, " is not a device: use cpu, gpu0 (counted from 0) or *");
  }
}
