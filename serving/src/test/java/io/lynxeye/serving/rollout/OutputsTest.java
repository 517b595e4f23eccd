package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What two versions' outputs say of each other. */
class OutputsTest {

  private static final ModelOutput CONTENT = content("text/plain", "a");

  private static ModelDescription version(long number, String... labels) {
    return new ModelDescription(
        new ModelId("m", number),
        "Fake 1.0",
        "cpu",
        "fp32",
        "",
        "",
        FakeModel.SIGNATURE,
        List.of(labels),
        5);
  }

  private static final Outputs UNLABELLED = new Outputs(version(1), version(2));

  private static ModelOutput scores(float... values) {
    return ModelOutput.ofScores("scores", values);
  }

  private static ModelOutput content(String type, String body) {
    return new ModelOutput.Content(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static ModelOutput tensors(Tensor... all) {
    return new ModelOutput.Tensors(List.of(all), Optional.empty());
  }

  private static Tensor floats(String name, float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, List.of((long) values.length), data);
  }

  private static Tensor bytes(int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length);
    for (int value : values) {
      data.put((byte) value);
    }
    return Tensor.of("mask", Datatype.UINT8, List.of((long) values.length), data.flip());
  }

  private static Tensor texts(String... values) {
    return Tensor.ofStrings(
        "names",
        List.of((long) values.length),
        Stream.of(values).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static Comparison compare(Outputs outputs, ModelOutput one, ModelOutput other) {
    return outputs.compare(one, other, OptionalDouble.of(1.5));
  }

  private static boolean isSame(ModelOutput one, ModelOutput other) {
    Comparison comparison = compare(UNLABELLED, one, other);
    assertThat(comparison.serving()).isEqualTo(new TopClass("same", 1));
    return comparison.candidate().orElseThrow().label().equals("same");
  }

  @Test
  void classScoresAreComparedByTheirBestLabel() {
    Outputs moved = new Outputs(version(1, "cat", "lynx"), version(2, "lynx", "cat"));

    Comparison comparison = compare(moved, scores(0.25f, 0.75f), scores(0.5f, 0.125f));

    assertThat(comparison)
        .isEqualTo(
            new Comparison(
                new TopClass("lynx", 0.75),
                Optional.of(new TopClass("lynx", 0.5)),
                OptionalDouble.of(1.5)));
  }

  @Test
  void byTheirNumberUnlessBothVersionsHaveLabels() {
    Outputs half = new Outputs(version(1, "cat", "lynx"), version(2));

    Comparison comparison = compare(half, scores(0.25f, 0.75f), scores(0.5f, 0.125f));

    assertThat(comparison.serving().label()).isEqualTo("1");
    assertThat(comparison.candidate().orElseThrow().label()).isEqualTo("0");
  }

  @Test
  void scoresThatAreNoProbabilitiesAreCutToTheirRange() {
    Comparison comparison = compare(UNLABELLED, scores(-5, 12), scores(-5, -1));

    assertThat(comparison.serving()).isEqualTo(new TopClass("1", 1));
    assertThat(comparison.candidate()).contains(new TopClass("1", 0));
  }

  @Test
  void tensorsAreTheSameWithinOnePercentOfTheLargestValue() {
    ModelOutput output = tensors(floats("boxes", 100, 1, 0));

    assertThat(isSame(output, tensors(floats("boxes", 100.9f, 0.2f, 0)))).isTrue();
    assertThat(isSame(output, tensors(floats("boxes", 101.1f, 1, 0)))).isFalse();
    assertThat(isSame(output, tensors(floats("boxes", Float.NaN, 1, 0)))).isFalse();
    assertThat(isSame(output, tensors(floats("boxes", 100, 1)))).isFalse();
    assertThat(isSame(output, tensors(floats("others", 100, 1, 0)))).isFalse();
    assertThat(isSame(output, tensors(floats("boxes", 100, 1, 0), bytes(1)))).isFalse();
  }

  /** Masked scores are minus infinity; a share of infinity would hide any difference. */
  @Test
  void infinitiesAndNaNAreTheSameOnlyAsThemselves() {
    float low = Float.NEGATIVE_INFINITY;
    ModelOutput masked = tensors(floats("logits", low, 100, Float.NaN));

    assertThat(isSame(masked, tensors(floats("logits", low, 100, Float.NaN)))).isTrue();
    assertThat(isSame(masked, tensors(floats("logits", low, 100.9f, Float.NaN)))).isTrue();
    assertThat(isSame(masked, tensors(floats("logits", low, 101.1f, Float.NaN)))).isFalse();
    assertThat(isSame(masked, tensors(floats("logits", -low, 100, Float.NaN)))).isFalse();
    assertThat(isSame(masked, tensors(floats("logits", -9e30f, 100, Float.NaN)))).isFalse();
    assertThat(isSame(masked, tensors(floats("logits", low, 100, 0)))).isFalse();
    assertThat(isSame(masked, tensors(floats("logits", low, Float.NaN, Float.NaN)))).isFalse();
  }

  @Test
  void integersAndTextsAreTheSameIfTheyAreEqual() {
    assertThat(isSame(tensors(bytes(1, 2)), tensors(bytes(1, 2)))).isTrue();
    assertThat(isSame(tensors(bytes(1, 2)), tensors(bytes(1, 3)))).isFalse();
    assertThat(isSame(tensors(texts("a", "b")), tensors(texts("a", "b")))).isTrue();
    assertThat(isSame(tensors(texts("a", "b")), tensors(texts("a", "c")))).isFalse();
  }

  @Test
  void contentIsTheSameIfItsBytesAre() {
    assertThat(isSame(CONTENT, content("text/plain", "a"))).isTrue();
    assertThat(isSame(CONTENT, content("text/plain", "b"))).isFalse();
    assertThat(isSame(CONTENT, tensors(bytes(1)))).isFalse();
    assertThat(isSame(scores(1), CONTENT)).isFalse();
  }

  @Test
  void aFailureKeepsWhatTheServingVersionSaid() {
    assertThat(UNLABELLED.failed(scores(0.25f, 0.75f)))
        .isEqualTo(
            new Comparison(new TopClass("1", 0.75), Optional.empty(), OptionalDouble.empty()));
    assertThat(UNLABELLED.failed(CONTENT).serving()).isEqualTo(new TopClass("same", 1));
  }

  @Test
  void tensorsReachTheSignatureOfTheCandidateWithTheSameInputs() throws Exception {
    ModelSignature renamed =
        new ModelSignature(
            ModelSignature.DEFAULT,
            List.of(new TensorSpec("others", "float", Optional.empty())),
            FakeModel.SIGNATURE.outputs(),
            ModelSignature.Takes.BOTH,
            true);
    ModelInput fits = new ModelInput.Tensors(FakeModel.SIGNATURE, List.of());
    ModelInput other = new ModelInput.Tensors(renamed, List.of());

    assertThat(fits.fitted(UNLABELLED.candidate())).isEqualTo(fits);
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> other.fitted(UNLABELLED.candidate()))
        .withMessageContaining("other tensors");
  }
}
