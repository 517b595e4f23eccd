package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.engine.device.Device;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.quantization.QuantizedFiles;
import io.lynxeye.serving.tuning.PrecisionOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionOptionsTest {

  private static final Device CPU = Device.cpu("no NVIDIA driver");
  private static final Device GPU = Device.gpu(0, "NVIDIA H100", "requested");
  private static final Cpu OLD = new Cpu("Old", Set.of("avx", "avx2"));
  private static final Cpu NEW = new Cpu("New", Set.of("avx512f"));

  @TempDir private Path folder;

  @BeforeEach
  void aModelOfTenBytes() throws Exception {
    Files.writeString(folder.resolve("saved_model.pb"), "0123456789");
  }

  private List<PrecisionOption> options(String precision, Device device, Cpu cpu) throws Exception {
    return options(Map.of("precision", precision), device, cpu);
  }

  private List<PrecisionOption> options(Map<String, String> manifest, Device device, Cpu cpu)
      throws Exception {
    return new PrecisionOptions(device, cpu)
        .of(
            new ModelSource(
                new ModelId("m", 1),
                new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
                ModelManifest.of(manifest)));
  }

  private List<Precision> chosen(String precision, Device device, Cpu cpu) throws Exception {
    return options(precision, device, cpu).stream().map(PrecisionOption::precision).toList();
  }

  @Test
  void autoTriesWhatTheProcessorCanDo() throws Exception {
    assertThat(chosen("auto", CPU, NEW)).containsExactly(Precision.FP32, Precision.BF16);
    assertThat(chosen("auto", CPU, OLD)).containsExactly(Precision.FP32);
    assertThat(chosen("auto", GPU, NEW)).containsExactly(Precision.FP32);
  }

  @Test
  void theManifestsPrecisionIsTheOnlyOption() throws Exception {
    assertThat(options("fp32", CPU, NEW))
        .containsExactly(new PrecisionOption(Precision.FP32, "the manifest says so", 10, false));
    assertThat(chosen("fp32", GPU, OLD)).containsExactly(Precision.FP32);
    assertThat(options("bf16", CPU, NEW))
        .containsExactly(new PrecisionOption(Precision.BF16, "the manifest says so", 10, false));
  }

  @Test
  void bf16IsRefusedWhereItIsNotSupported() {
    assertThatThrownBy(() -> options("bf16", CPU, OLD))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("(Old) has no AVX-512")
        .hasMessageContaining("use precision=auto");
    assertThatThrownBy(() -> options("bf16", GPU, NEW))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("use precision=auto");
  }

  @Test
  void int8NeedsItsCopyAndACpu() throws Exception {
    assertThatThrownBy(() -> options("int8", CPU, NEW))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no folder int8: create it with ./lynxeye quantize m");
    Path copy = Files.createDirectory(folder.resolve("int8"));
    Files.writeString(copy.resolve("saved_model.pb"), "0123");

    assertThat(chosen("int8", CPU, OLD)).containsExactly(Precision.INT8);
    assertThat(options("fp32", CPU, OLD).get(0).modelBytes()).isEqualTo(10); // Without the copy.
    assertThatThrownBy(() -> options("int8", GPU, NEW))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("use precision=auto");
  }

  /** A report of 97 % that was made from this model file, or from another one. */
  private void report(String modelDigest) throws Exception {
    Path variant = Files.createDirectories(folder.resolve("int8"));
    Files.writeString(variant.resolve("saved_model.pb"), "0123");
    Files.writeString(
        variant.resolve("report.json"),
        """
        {"format": 1, "model": {"sha256": "%s", "bytes": 10}, "speed": {"speedup": 3.1},
         "agreement": {"share": 0.97, "lower": 0.946, "inputs": 405, "images": 102, "sure": 171,
                       "sure_same": 171}}
        """
            .formatted(modelDigest));
  }

  private List<PrecisionOption> auto(String minAgreement) throws Exception {
    return options(Map.of("minAgreement", minAgreement), CPU, OLD);
  }

  @Test
  void autoTriesInt8WhereItsAgreementIsEnough() throws Exception {
    report(QuantizedFiles.digest(folder.resolve("saved_model.pb")));

    assertThat(auto("0.97"))
        .hasSize(2)
        .last()
        .isEqualTo(
            new PrecisionOption(
                Precision.INT8, "97.0 % of 405 test inputs keep their class", 4 + length(), false));
    assertThat(auto("0.971")).hasSize(1);
    assertThat(options("auto", CPU, OLD)).hasSize(1);
  }

  @Test
  void int8WithAReportOfThisModelFileIsUsed() throws Exception {
    report(QuantizedFiles.digest(folder.resolve("saved_model.pb")));

    assertThat(options("int8", CPU, OLD))
        .containsExactly(
            new PrecisionOption(Precision.INT8, "the manifest says so", 4 + length(), false));
  }

  @Test
  void int8WithoutAReportIsUsedOnlyWhereTheManifestSaysSoAndIsDescribedAsUnchecked()
      throws Exception {
    Path variant = Files.createDirectory(folder.resolve("int8"));
    Files.writeString(variant.resolve("saved_model.pb"), "0123");

    assertThat(options("int8", CPU, OLD))
        .containsExactly(
            new PrecisionOption(
                Precision.INT8,
                "the manifest says so, and its folder int8 has no report.json, so nothing says which model it is of and how far it agrees",
                4,
                false));
    assertThat(auto("0.01")).extracting(PrecisionOption::precision).containsOnly(Precision.FP32);
  }

  @Test
  void aDamagedReportIsNotThatOfAHandMadeVariant() throws Exception {
    report("0".repeat(64));
    Files.writeString(folder.resolve("int8/report.json"), "{}");

    assertThatThrownBy(() -> options("int8", CPU, OLD))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("quantise the model again");
  }

  @Test
  void aVariantThatIsBeingReplacedIsUsedAndLeftoversAreNoPartOfTheModel() throws Exception {
    report(QuantizedFiles.digest(folder.resolve("saved_model.pb")));
    Files.move(folder.resolve("int8"), QuantizedFiles.replaced(folder));
    Path unfinished = Files.createDirectory(QuantizedFiles.unfinished(folder));
    Files.writeString(unfinished.resolve("saved_model.pb"), "01");

    assertThat(chosen("int8", CPU, OLD)).containsExactly(Precision.INT8);
    assertThat(options("fp32", CPU, OLD).get(0).modelBytes()).isEqualTo(10);
  }

  private long length() throws Exception {
    return Files.size(folder.resolve("int8/report.json"));
  }

  @Test
  void int8OfAnotherModelFileIsNotUsed() throws Exception {
    report("0".repeat(64));

    assertThat(auto("0.9")).hasSize(1);
    assertThatThrownBy(() -> options("int8", CPU, NEW))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("was made from another model file: run ./lynxeye quantize m again");
  }

  @Test
  void readsTheProcessorFromCpuinfo() throws Exception {
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
    assertThat(cpu.canBfloat16()).isTrue();
    Path empty = Files.writeString(folder.resolve("empty"), "");
    assertThat(Cpu.read(empty)).isEqualTo(new Cpu("unknown", Set.of("none")));
  }
}
