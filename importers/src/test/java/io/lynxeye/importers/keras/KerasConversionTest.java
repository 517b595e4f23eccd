package io.lynxeye.importers.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto.Dim;

class KerasConversionTest {
  private static final KerasConversion PLAIN = new KerasConversion(false, Optional.empty());

  @TempDir Path folder;

  @Test
  void foldsBatchNormIntoTheConvolutionBeforeIt() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder);

    // gamma / sqrt(variance + epsilon) is 2 / sqrt(0.75 + 0.25) = 2 and 1 / sqrt(3.75 + 0.25) =
    // 0.5.
    assertThat(converted.floats("conv/kernel")).containsExactly(2, 1, 6, 2, 10, 3);
    // beta + (bias - mean) * scale is 1 + (0.5 - 0.5) * 2 and -1 + (4 - 0) * 0.5.
    assertThat(converted.floats("conv/bias")).containsExactly(1, 1);
    assertThat(converted.nodes()).noneMatch(name -> name.startsWith("bn/"));
    assertThat(converted.node("relu/Relu").getInputList()).containsExactly("conv/BiasAdd");
  }

  @Test
  void keepsBatchNormIfRequested() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder, PLAIN);

    assertThat(converted.floats("conv/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
    NodeDef norm = converted.node("bn/FusedBatchNorm");
    assertThat(norm.getOp()).isEqualTo("FusedBatchNormV3");
    assertThat(norm.getInputList())
        .containsExactly(
            "conv/BiasAdd", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance");
    assertThat(norm.getAttrOrThrow("epsilon").getF()).isEqualTo(0.25f);
    assertThat(norm.getAttrOrThrow("is_training").getB()).isFalse();
    assertThat(converted.floats("bn/moving_variance")).containsExactly(0.75f, 3.75f);
  }

  @Test
  void foldsIntoAConvolutionWithoutBias() throws Exception {
    TinyModel model = new TinyModel().config("conv", "use_bias", "false").without("conv/bias");

    assertThat(Converted.of(model, folder).floats("conv/bias")).containsExactly(0, -1);
  }

  @Test
  void batchNormWithoutScaleAndCenterHasOnesAndZeros() throws Exception {
    TinyModel model =
        new TinyModel()
            .config("bn", "scale", "false")
            .config("bn", "center", "false")
            .without("bn/gamma")
            .without("bn/beta");
    Converted converted = Converted.of(model, folder, PLAIN);

    assertThat(converted.floats("bn/gamma")).containsExactly(1, 1);
    assertThat(converted.floats("bn/beta")).containsExactly(0, 0);
  }

  @Test
  void doesNotFoldIfAnotherLayerReadsTheConvolution() throws Exception {
    TinyModel model = new TinyModel().layer("add", "Add", "", "pool", "side");
    model.layer("pool", "Add", "", "relu", "conv");
    Converted converted = Converted.of(model, folder);

    assertThat(converted.nodes()).contains("bn/FusedBatchNorm");
    assertThat(converted.floats("conv/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void doesNotFoldAcrossAnActivation() throws Exception {
    TinyModel model = new TinyModel().config("conv", "activation", "'relu'");

    Converted converted = Converted.of(model, folder);

    assertThat(converted.node("bn/FusedBatchNorm").getInput(0)).isEqualTo("conv/Relu");
  }

  @Test
  void connectsEveryLayerToItsInputs() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder);

    assertThat(edges(converted))
        .containsExactly(
            "pad/Pad <- [pixels, pad/paddings]",
            "conv/Conv2D <- [pad/Pad, conv/kernel]",
            "conv/BiasAdd <- [conv/Conv2D, conv/bias]",
            "relu/Relu <- [conv/BiasAdd]",
            "pool/MaxPool <- [relu/Relu]",
            "side/Conv2D <- [pool/MaxPool, side/kernel]",
            "side/Relu <- [side/Conv2D]",
            "add/Add <- [pool/MaxPool, side/Relu]",
            "average/AvgPool <- [add/Add]",
            "mean/Mean <- [average/AvgPool, mean/axes]",
            "dense/MatMul <- [mean/Mean, dense/kernel]",
            "dense/BiasAdd <- [dense/MatMul, dense/bias]",
            "dense/Softmax <- [dense/BiasAdd]",
            "classes <- [dense/Softmax, classes/axis]");
  }

  @Test
  void convertsWindowsStridesAndPadding() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder);

    assertThat(converted.ints("pad/paddings")).containsExactly(0, 0, 1, 2, 3, 4, 0, 0);
    assertThat(list(converted, "pool/MaxPool", "ksize")).containsExactly(1L, 3L, 2L, 1L);
    assertThat(list(converted, "pool/MaxPool", "strides")).containsExactly(1L, 2L, 1L, 1L);
    assertThat(padding(converted, "pool/MaxPool")).isEqualTo("VALID");
    assertThat(list(converted, "average/AvgPool", "strides")).containsExactly(1L, 2L, 2L, 1L);
    assertThat(padding(converted, "average/AvgPool")).isEqualTo("SAME");
    assertThat(list(converted, "conv/Conv2D", "dilations")).containsExactly(1L, 1L, 1L, 1L);
    assertThat(converted.ints("mean/axes")).containsExactly(1, 2);
  }

  @Test
  void convertsDilation() throws Exception {
    TinyModel model = new TinyModel().config("conv", "dilation_rate", "[2, 3]");

    Converted converted = Converted.of(model, folder);

    assertThat(list(converted, "conv/Conv2D", "dilations")).containsExactly(1L, 2L, 3L, 1L);
  }

  @Test
  void theSignatureHasPixelsProbabilitiesAndClasses() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder);

    assertThat(converted.meta().getMetaInfoDef().getTagsList()).containsExactly("serve");
    assertThat(converted.meta().getMetaInfoDef().getTensorflowVersion()).isEqualTo("2.16.1");
    assertThat(converted.meta().getGraphDef().getVersions().getProducer()).isEqualTo(1766);
    assertThat(converted.meta().getSignatureDefMap())
        .containsOnlyKeys("serving_default", "predict");
    SignatureDef signature = converted.meta().getSignatureDefOrThrow("serving_default");
    assertThat(signature.getMethodName()).isEqualTo("tensorflow/serving/predict");
    assertThat(signature.getInputsMap()).containsOnlyKeys("pixels");
    assertThat(text(signature.getInputsOrThrow("pixels")))
        .isEqualTo("pixels:0 DT_FLOAT [-1, 4, 4, 3]");
    assertThat(text(signature.getOutputsOrThrow("probabilities")))
        .isEqualTo("dense/Softmax:0 DT_FLOAT [-1, 3]");
    assertThat(text(signature.getOutputsOrThrow("classes"))).isEqualTo("classes:0 DT_INT64 [-1]");
  }

  @Test
  void readsEveryWeightOnceAndReportsItsBytes() throws Exception {
    Converted converted = Converted.of(new TinyModel(), folder);

    assertThat(converted.result()).isEqualTo(new KerasConversion.Result(3, TinyModel.PARAMETERS));
    assertThat(converted.bytesReported()).isEqualTo(4L * TinyModel.PARAMETERS);
    assertThat(converted.floats("dense/kernel")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(converted.floats("side/kernel")).containsExactly(1, 0, 0, 1);
  }

  private static List<String> edges(Converted converted) {
    return converted.meta().getGraphDef().getNodeList().stream()
        .filter(node -> node.getInputCount() > 0)
        .map(node -> node.getName() + " <- " + List.copyOf(node.getInputList()))
        .toList();
  }

  private static List<Long> list(Converted converted, String node, String key) {
    return converted.node(node).getAttrOrThrow(key).getList().getIList();
  }

  private static String padding(Converted converted, String node) {
    return converted.node(node).getAttrOrThrow("padding").getS().toStringUtf8();
  }

  static String text(TensorInfo tensor) {
    DataType type = tensor.getDtype();
    List<Long> shape = tensor.getTensorShape().getDimList().stream().map(Dim::getSize).toList();
    return tensor.getName() + " " + type + " " + shape;
  }
}
