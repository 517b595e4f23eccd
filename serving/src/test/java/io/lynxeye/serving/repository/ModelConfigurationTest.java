package io.lynxeye.serving.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.ModelId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigurationTest {

  private static ModelConfiguration configuration(
      String engine, String device, TensorSpec input, TensorSpec output) {
    ModelDescription model =
        new ModelDescription(
            new ModelId("a", 1),
            engine,
            device,
            "fp32",
            "",
            "",
            new ModelSignature(
                "serving_default",
                List.of(input),
                List.of(output),
                ModelSignature.Takes.BOTH,
                true),
            List.of(),
            5);
    return ModelConfiguration.of(
        model, new BatchPolicy(8, Duration.ofMillis(2), 64, 1), 3, List.of());
  }

  private static TensorSpec tensor(String type, Long... shape) {
    return new TensorSpec("t", type, Optional.of(List.of(shape)));
  }

  private static final TensorSpec PIXELS = tensor("float", -1L, 224L, 224L, 3L);
  private static final TensorSpec SCORES = tensor("float", -1L, 1000L);

  @ParameterizedTest
  @CsvSource({
    "TensorFlow 2.18.0, tensorflow, tensorflow_savedmodel",
    "OnnxRuntime 1.23.2, onnxruntime, onnxruntime_onnx",
    "PyTorch 2.7.1, pytorch, pytorch_libtorch"
  })
  void anEngineHasTritonsNames(String engine, String backend, String platform) {
    ModelConfiguration made = configuration(engine, "cpu", PIXELS, SCORES);

    assertThat(made.backend()).isEqualTo(backend);
    assertThat(made.platform()).isEqualTo(platform);
    assertThat(made.instances()).isEqualTo(3);
    assertThat(made.maxDelay()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void aDeviceIsTheCpuOrANumberedGpu() {
    assertThat(configuration("x", "cpu", PIXELS, SCORES).gpu()).isEmpty();
    assertThat(configuration("x", "gpu:1 (NVIDIA H200)", PIXELS, SCORES).gpu())
        .isEqualTo(OptionalInt.of(1));
  }

  @Test
  void dimsAreWithoutTheBatchDimension() {
    ModelConfiguration made = configuration("x", "cpu", PIXELS, SCORES);

    assertThat(made.maxBatchSize()).isEqualTo(8);
    assertThat(made.inputs().get(0).dims()).containsExactly(224L, 224L, 3L);
    assertThat(made.inputs().get(0).format()).isEqualTo("FORMAT_NHWC");
    assertThat(made.outputs().get(0).dims()).containsExactly(1000L);
    assertThat(made.outputs().get(0).isReshaped()).isFalse();
  }

  @Test
  void aModelWithoutAnOpenBatchDimensionHasAllDims() {
    ModelConfiguration made =
        configuration("x", "cpu", tensor("float", 1L, 3L, 224L, 224L), tensor("float", 1L, 10L));

    assertThat(made.maxBatchSize()).isZero();
    assertThat(made.inputs().get(0).dims()).containsExactly(1L, 3L, 224L, 224L);
    assertThat(made.outputs().get(0).dims()).containsExactly(1L, 10L);
  }

  @Test
  void aTensorOfOneValueForEachImageIsReshaped() {
    ModelConfiguration made =
        configuration("x", "cpu", tensor("string", -1L), tensor("int64", -1L));

    assertThat(made.inputs().get(0).type()).isEqualTo("TYPE_STRING");
    assertThat(made.inputs().get(0).dims()).containsExactly(1L);
    assertThat(made.inputs().get(0).isReshaped()).isTrue();
    assertThat(made.inputs().get(0).format()).isEqualTo("FORMAT_NONE");
    assertThat(made.outputs().get(0).type()).isEqualTo("TYPE_INT64");
  }

  @Test
  void channelsComeFirstInNchw() {
    assertThat(
            configuration("x", "cpu", tensor("float", -1L, 3L, 224L, 224L), SCORES)
                .inputs()
                .get(0)
                .format())
        .isEqualTo("FORMAT_NCHW");
  }
}
