package io.lynxeye.importers.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.keras.Preprocessing.ChannelOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

class JpegFormTest {
  @TempDir Path folder;

  @Test
  void acceptsImageBytesOfAnyBatchSize() throws Exception {
    Converted converted = converted(ChannelOrder.BGR);

    var inputs = converted.meta().getSignatureDefOrThrow("predict").getInputsMap();
    assertThat(inputs).containsOnlyKeys("image_bytes");
    assertThat(KerasConversionTest.text(inputs.get("image_bytes")))
        .isEqualTo("image_bytes:0 DT_STRING [-1]");
  }

  @Test
  void mapsTheDecodingFunctionOverTheBatch() throws Exception {
    Converted converted = converted(ChannelOrder.BGR);

    NodeDef map = converted.node("preprocess/images");
    FunctionDef function = converted.meta().getGraphDef().getLibrary().getFunction(0);
    assertThat(map.getOp()).isEqualTo("MapDefun");
    assertThat(map.getAttrOrThrow("f").getFunc().getName())
        .isEqualTo(function.getSignature().getName());
    assertThat(kernels(function)).contains("DecodeJpeg", "ScaleAndTranslate");
    NodeDef decode = node(function, "decoded");
    assertThat(decode.getAttrOrThrow("fancy_upscaling").getB()).isTrue();
    assertThat(decode.getAttrOrThrow("dct_method").getS().toStringUtf8())
        .isEqualTo("INTEGER_ACCURATE");
    NodeDef resize = node(function, "resized");
    assertThat(resize.getAttrOrThrow("kernel_type").getS().toStringUtf8()).isEqualTo("triangle");
    assertThat(resize.getAttrOrThrow("antialias").getB()).isTrue();
  }

  @Test
  void reversesChannelsAndMeansForBgr() throws Exception {
    Converted converted = converted(ChannelOrder.BGR);

    assertThat(converted.nodes()).contains("preprocess/channels");
    assertThat(converted.floats("preprocess/mean")).containsExactly(3, 2, 1);
    assertThat(converted.floats("preprocess/std")).containsExactly(6, 5, 4);
    assertThat(converted.node("pad/Pad").getInput(0)).isEqualTo("preprocess/pixels");
  }

  @Test
  void keepsChannelsAndMeansForRgb() throws Exception {
    Converted converted = converted(ChannelOrder.RGB);

    assertThat(converted.nodes()).doesNotContain("preprocess/channels");
    assertThat(converted.floats("preprocess/mean")).containsExactly(1, 2, 3);
  }

  @Test
  void refusesPreprocessingForADifferentSize() {
    KerasConversion conversion =
        new KerasConversion(true, Optional.of(preprocessing(5, ChannelOrder.RGB)));

    assertThatThrownBy(() -> Converted.of(new TinyModel(), folder, conversion))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("another size");
  }

  @Test
  void refusesACropThatDoesNotFit() {
    assertThatThrownBy(() -> preprocessing(7, ChannelOrder.RGB))
        .hasMessageContaining("the crop must fit");
    List<Float> two = List.of(1f, 2f);
    assertThatThrownBy(() -> new Preprocessing(4, 4, 4, two, two, ChannelOrder.RGB))
        .hasMessageContaining("three means");
  }

  private Converted converted(ChannelOrder order) throws Exception {
    return Converted.of(
        new TinyModel(), folder, new KerasConversion(true, Optional.of(preprocessing(4, order))));
  }

  private static Preprocessing preprocessing(int side, ChannelOrder order) {
    return new Preprocessing(side, side, 6, List.of(1f, 2f, 3f), List.of(4f, 5f, 6f), order);
  }

  private static List<String> kernels(FunctionDef function) {
    return function.getNodeDefList().stream().map(NodeDef::getOp).toList();
  }

  private static NodeDef node(FunctionDef function, String name) {
    return function.getNodeDefList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
