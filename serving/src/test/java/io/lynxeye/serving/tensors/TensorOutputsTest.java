package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TensorOutputsTest {

  private static final ScoreResult.Timing NO_TIME =
      new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
  private static final TensorSpec MASK =
      new TensorSpec("mask", "uint8", Optional.of(List.of(-1L, 2L)));
  private static final TensorSpec SIZE =
      new TensorSpec("size", "double", Optional.of(List.of(-1L)));

  private static ModelSignature signature(List<TensorSpec> outputs, Takes takes) {
    return new ModelSignature(
        ModelSignature.DEFAULT, FakeModel.SIGNATURE.inputs(), outputs, takes, true);
  }

  private static TensorOutputs outputs(List<TensorSpec> specs, ModelOutput... rows) {
    ModelDescription model =
        new ModelDescription(
            new ModelId("m", 1),
            "",
            "",
            "",
            "",
            "",
            signature(specs, Takes.BOTH),
            List.of("cat", "lynx"),
            1);
    return new TensorOutputs(
        Stream.of(rows).map(row -> new ScoreResult(model, List.of(), row, NO_TIME)).toList());
  }

  private static TensorOutputs scores() {
    return outputs(
        List.of(new TensorSpec("probabilities", "float", Optional.of(List.of(-1L, 2L)))),
        ModelOutput.ofScores("probabilities", new float[] {0.25f, 0.75f}),
        ModelOutput.ofScores("probabilities", new float[] {1, 0}));
  }

  private static ModelOutput tensors(Tensor... all) {
    return new ModelOutput.Tensors(List.of(all), Optional.empty());
  }

  private static ModelOutput tensors(int first, int second, byte[] size) {
    return tensors(
        Tensor.of(
            "mask",
            Datatype.UINT8,
            List.of(1L, 2L),
            ByteBuffer.wrap(new byte[] {(byte) first, (byte) second})),
        Tensor.of("size", Datatype.FP64, List.of(1L), ByteBuffer.wrap(size)));
  }

  @Test
  void scoresAreOneTensorOfAllImages() throws Exception {
    Tensor tensor = scores().tensors(List.of()).get(0);

    assertThat(tensor.name()).isEqualTo("probabilities");
    assertThat(tensor.type()).isEqualTo(Datatype.FP32);
    assertThat(tensor.shape()).containsExactly(2L, 2L);
    assertThat(tensor.floats()).containsExactly(0.25f, 0.75f, 1, 0);
    assertThat(TestTensors.bytes(tensor)).hasSize(16).startsWith(0, 0, (byte) 0x80, 0x3e); // 0.25
  }

  @Test
  void theBestClassesAreStringsOfScoreIndexAndLabel() throws Exception {
    Tensor tensor = scores().tensors(List.of(new RequestedOutput("probabilities", 2))).get(0);

    assertThat(tensor.type()).isEqualTo(Datatype.BYTES);
    assertThat(tensor.shape()).containsExactly(2L, 2L);
    assertThat(TestTensors.texts(tensor))
        .containsExactly("0.75:1:lynx", "0.25:0:cat", "1.0:0:cat", "0.0:1:lynx");
    assertThat(scores().tensors(List.of(new RequestedOutput("probabilities", 99))).get(0).shape())
        .containsExactly(2L, 2L);
  }

  @Test
  void otherOutputsAreJoinedByNameInTheRequestedOrder() throws Exception {
    byte[] one = {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f};
    TensorOutputs two =
        outputs(List.of(MASK, SIZE), tensors(1, 2, one), tensors(3, 255, new byte[8]));

    List<Tensor> all =
        two.tensors(List.of(new RequestedOutput("size", 0), new RequestedOutput("mask", 0)));

    assertThat(all).extracting(Tensor::name).containsExactly("size", "mask");
    assertThat(all.get(0).floats()).containsExactly(1, 0);
    assertThat(all.get(0).shape()).containsExactly(2L);
    assertThat(TestTensors.bytes(all.get(1))).containsExactly(1, 2, 3, 255);
    assertThat(all.get(1).shape()).containsExactly(2L, 2L);
    assertThat(two.tensors(List.of())).extracting(Tensor::name).containsExactly("mask", "size");
  }

  @Test
  void outputsOfOneCallAreReturnedAsTheyAre() throws Exception {
    Tensor scalar = TestTensors.longs("n", List.of(), 9_007_199_254_740_993L);
    Tensor text = TestTensors.strings("t", List.of(1L, 2L), "a", "");

    assertThat(outputs(List.of(), tensors(scalar, text)).tensors(List.of()))
        .containsExactly(scalar, text);
  }

  @Test
  void rowsOfDifferentShapesCannotBeJoined() {
    TensorOutputs two =
        outputs(
            List.of(),
            tensors(TestTensors.floats("boxes", List.of(1L, 2L), 1, 2)),
            tensors(TestTensors.floats("boxes", List.of(1L, 3L), 1, 2, 3)));

    assertThatThrownBy(two::all)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("output 'boxes' has rows of different shapes; send the inputs one by one");
  }

  @Test
  void contentOfATranslatorIsAString() throws Exception {
    TensorOutputs made =
        outputs(
            List.of(),
            new ModelOutput.Content("text/plain", "hi".getBytes(StandardCharsets.UTF_8)));

    Tensor tensor = made.tensors(List.of()).get(0);

    assertThat(tensor.name()).isEqualTo("output");
    assertThat(tensor.shape()).containsExactly(1L);
    assertThat(TestTensors.texts(tensor)).containsExactly("hi");
  }

  @Test
  void anUnknownOutputIsRefusedWithTheKnownOutputs() {
    assertThatThrownBy(() -> scores().tensors(List.of(new RequestedOutput("classes", 0))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model has no output 'classes'; it has probabilities");
  }

  @Test
  void anUnknownOutputIsRefusedBeforeScoringIfTheOutputsAreKnown() throws Exception {
    List<RequestedOutput> wanted = List.of(new RequestedOutput("classes", 0));

    assertThatThrownBy(
            () -> TensorOutputs.check(signature(List.of(MASK, SIZE), Takes.BOTH), wanted))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model has no output 'classes'; it has mask, size");
    assertThatThrownBy(() -> TensorOutputs.check(signature(List.of(), Takes.IMAGES), wanted))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model has no output 'classes'; it has output");
    TensorOutputs.check(signature(List.of(), Takes.TENSORS), wanted); // Known after the call.
  }

  @Test
  void anOutputThatIsRequestedTwiceIsRefused() {
    RequestedOutput mask = new RequestedOutput("mask", 0);

    assertThatThrownBy(
            () -> TensorOutputs.check(signature(List.of(MASK), Takes.BOTH), List.of(mask, mask)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("an output is requested twice; request it once");
  }

  @Test
  void classesOfAnOutputWithoutScoresAreRefused() {
    TensorOutputs one = outputs(List.of(MASK, SIZE), tensors(1, 2, new byte[8]));

    assertThatThrownBy(() -> one.tensors(List.of(new RequestedOutput("mask", 3))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("output 'mask' has no classes; leave out parameter 'classification'");
  }
}
