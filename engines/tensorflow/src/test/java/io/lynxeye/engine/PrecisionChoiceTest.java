package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionChoiceTest {

  private static final Device CPU = Device.cpu("no NVIDIA driver");
  private static final Device GPU = Device.gpu(0, "NVIDIA H100", "requested");
  private static final Cpu OLD = new Cpu("Old", Set.of("avx", "avx2"));
  private static final Cpu WITHOUT_MATRICES = new Cpu("Mid", Set.of("avx512f", "avx512_bf16"));
  private static final Cpu WITH_MATRICES = new Cpu("New", Set.of("avx512f", "amx_bf16"));

  private static Precision chosen(Precision wanted, Device device, Cpu cpu) throws Exception {
    return PrecisionChoice.of(wanted, device, cpu).precision();
  }

  @Test
  void autoTriesBfloat16OnlyOnProcessorsWithMatrixUnits() throws Exception {
    assertThat(chosen(Precision.AUTO, CPU, WITH_MATRICES)).isEqualTo(Precision.AUTO);
    assertThat(chosen(Precision.AUTO, CPU, WITHOUT_MATRICES)).isEqualTo(Precision.FP32);
    assertThat(chosen(Precision.AUTO, CPU, OLD)).isEqualTo(Precision.FP32);
    assertThat(chosen(Precision.AUTO, GPU, WITH_MATRICES)).isEqualTo(Precision.FP32);
  }

  @Test
  void fp32IsUsedOnEveryDevice() throws Exception {
    assertThat(chosen(Precision.FP32, CPU, WITH_MATRICES)).isEqualTo(Precision.FP32);
    assertThat(chosen(Precision.FP32, GPU, OLD)).isEqualTo(Precision.FP32);
  }

  @Test
  void bf16IsUsedWhereSupportedWithANoteIfItIsSlower() throws Exception {
    assertThat(chosen(Precision.BF16, CPU, WITH_MATRICES)).isEqualTo(Precision.BF16);
    assertThat(PrecisionChoice.of(Precision.BF16, CPU, WITHOUT_MATRICES))
        .isEqualTo(
            new PrecisionChoice(
                Precision.BF16,
                "the manifest says so; slower than fp32 on a processor without AMX"));
  }

  @Test
  void bf16IsRefusedWhereItIsNotSupported() {
    assertThatThrownBy(() -> PrecisionChoice.of(Precision.BF16, CPU, OLD))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("(Old) has no AVX-512")
        .hasMessageContaining("use precision=auto");
    assertThatThrownBy(() -> PrecisionChoice.of(Precision.BF16, GPU, WITH_MATRICES))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("use precision=auto");
  }

  @Test
  void readsTheProcessorFromCpuinfo(@TempDir Path folder) throws Exception {
    Path cpuinfo =
        Files.writeString(
            folder.resolve("cpuinfo"),
            """
            processor\t: 0
            model name\t: Some CPU
            flags\t\t: fpu avx512f amx_bf16

            processor\t: 1
            model name\t: Some CPU
            flags\t\t: fpu
            """);

    Cpu cpu = Cpu.read(cpuinfo);

    assertThat(cpu.model()).isEqualTo("Some CPU");
    assertThat(cpu.hasBfloat16MatrixUnits()).isTrue();
    assertThat(cpu.canBfloat16()).isTrue();
    Path empty = Files.writeString(folder.resolve("empty"), "");
    assertThat(Cpu.read(empty)).isEqualTo(new Cpu("unknown", Set.of("none")));
  }
}
