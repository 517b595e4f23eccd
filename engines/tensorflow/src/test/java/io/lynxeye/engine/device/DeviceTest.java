package io.lynxeye.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lynxeye.engine.natives.TensorFlowBuild;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

  private static final Map<String, Boolean> COMPLETE =
      Map.of("libcudart.so.12", true, "libcudnn.so.8", true);
  private static final GpuReport NO_DRIVER = new GpuReport(false, List.of(), Map.of());
  private static final GpuReport NO_GPU = new GpuReport(true, List.of(), COMPLETE);
  private static final GpuReport NO_CUDNN =
      new GpuReport(true, List.of("T4"), Map.of("libcudart.so.12", true, "libcudnn.so.8", false));
  private static final GpuReport TWO_GPUS = new GpuReport(true, List.of("H200", "T4"), COMPLETE);

  private static Device choose(String choice, GpuReport report) throws Exception {
    return Device.choose(DeviceChoice.parse(choice), report);
  }

  private static void assertUnavailable(String choice, GpuReport report, String reason) {
    assertThatExceptionOfType(DeviceUnavailableException.class)
        .isThrownBy(() -> choose(choice, report))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "auto, AUTO, 0, auto",
    "cpu, CPU, 0, cpu",
    "gpu, GPU, 0, gpu:0",
    "gpu:0, GPU, 0, gpu:0",
    "gpu:12, GPU, 12, gpu:12"
  })
  void parsesTheOption(String text, DeviceChoice.Kind kind, int index, String shown) {
    assertThat(DeviceChoice.parse(text))
        .isEqualTo(new DeviceChoice(kind, index))
        .hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "GPU", "cuda", "gpu:", "gpu:-1", "gpu:x", "gpu:1000", "cpu:0", "gpu "})
  void refusesAnyOtherTextAndNamesTheChoices(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceChoice.parse(text))
        .withMessage(
            "'" + text + "' is not a device: use auto, cpu, gpu or gpu:N (N counts from 0)");
  }

  @Test
  void usesTheCpuIfConfiguredEvenWithAGpu() throws Exception {
    assertThat(choose("cpu", TWO_GPUS)).isEqualTo(new Device(-1, "cpu", "requested"));
    assertThat(choose("cpu", NO_DRIVER).isGpu()).isFalse();
  }

  @Test
  void autoUsesTheFirstUsableGpu() throws Exception {
    assertThat(choose("auto", TWO_GPUS))
        .isEqualTo(new Device(0, "gpu:0 (H200)", "usable GPU found"));
  }

  @Test
  void autoFallsBackToTheCpuWithTheReason() throws Exception {
    assertThat(choose("auto", NO_DRIVER).isGpu()).isFalse();
    assertThat(choose("auto", NO_DRIVER).reason()).contains("no NVIDIA driver");
    assertThat(choose("auto", NO_GPU).reason()).contains("no device");
    assertThat(choose("auto", NO_CUDNN).reason()).contains("CUDA library missing: libcudnn.so.8;");
  }

  @Test
  void usesAGpuIfConfigured() throws Exception {
    assertThat(choose("gpu", TWO_GPUS)).isEqualTo(new Device(0, "gpu:0 (H200)", "requested"));
    assertThat(choose("gpu:1", TWO_GPUS)).isEqualTo(new Device(1, "gpu:1 (T4)", "requested"));
    assertThat(choose("gpu:1", TWO_GPUS).isGpu()).isTrue();
  }

  @Test
  void aConfiguredGpuThatIsUnavailableIsAnError() {
    assertUnavailable("gpu", NO_DRIVER, "install the driver");
    assertUnavailable("gpu", NO_GPU, "check nvidia-smi");
    assertUnavailable(
        "gpu", NO_CUDNN, "start with --with-cuda, which fetches CUDA 12.3 and cuDNN 8.9");
    assertUnavailable("gpu:2", TWO_GPUS, "no device 2: this machine has 2 GPU(s), counted from 0");
  }

  /** The launcher found no driver, or the CPU was requested for the process. */
  @Test
  void aBuildForCpusUsesNoGpuAndSaysSo() throws Exception {
    GpuReport cpuBuild = new GpuReport(true, List.of("T4"), COMPLETE, TensorFlowBuild.CPU_X86_64);
    GpuReport arm = new GpuReport(true, List.of("T4"), COMPLETE, TensorFlowBuild.CPU_ARM64);

    assertThat(choose("auto", cpuBuild).isGpu()).isFalse();
    assertThat(choose("auto", cpuBuild).reason()).contains("TensorFlow's build for CPUs");
    assertUnavailable("gpu", cpuBuild, "run ldconfig and start again");
    assertUnavailable("gpu", arm, "needs an x86-64 processor");
  }

  @Test
  void reportsEveryReasonWhyAGpuIsUnusable() {
    assertThat(TWO_GPUS.problems()).isEmpty();
    assertThat(NO_DRIVER.problems()).singleElement().asString().contains("libcuda.so.1");
    assertThat(new GpuReport(true, List.of(), Map.of("libcudnn.so.8", false)).problems())
        .satisfiesExactly(
            gpu -> assertThat(gpu).startsWith("no device"),
            library -> assertThat(library).startsWith("CUDA library missing: libcudnn.so.8"));
  }

  @Test
  void theProbeWorksOnAnyMachine() {
    GpuReport report = GpuProbe.probe();

    assertThat(report.driver() || report.gpus().isEmpty()).isTrue();
    assertThat(report.libraries().keySet())
        .containsExactlyElementsOf(report.driver() ? GpuProbe.LIBRARIES : List.of());
  }
}
