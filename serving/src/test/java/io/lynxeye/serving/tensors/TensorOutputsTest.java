package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.ScoreResult;
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

  private static TensorOutputs outputs(List<TensorSpec> specs, ModelOutput... rows) {
    ModelSignature signature =
        new ModelSignature(ModelSignature.DEFAULT, FakeModel.SIGNATURE.input(), true, specs);
    ModelDescription model =
        new ModelDescription(
            new ModelId("m", 1), "", "", "", "", "", signature, List.of("cat", "lynx"), 1);
    return new TensorOutputs(
        Stream.of(rows).map(row -> new ScoreResult(model, List.of(), row, NO_TIME)).toList());
  }

  private static TensorOutputs scores() {
    return outputs(
        List.of(new TensorSpec("probabilities", "float", Optional.of(List.of(-1L, 2L)))),
        new ModelOutput.Scores(new float[] {0.25f, 0.75f}),
        new ModelOutput.Scores(new float[] {1, 0}));
  }

  private static ModelOutput tensors(int first, int second, byte[] size) {
    return new ModelOutput.Tensors(
        List.of(
            new ModelOutput.Tensor(
                new TensorSpec("mask", "uint8", Optional.of(List.of(1L, 2L))),
                new byte[] {(byte) first, (byte) second}),
            new ModelOutput.Tensor(
                new TensorSpec("size", "double", Optional.of(List.of(1L))), size)));
  }

  private static List<String> texts(OutputTensor tensor) {
    return tensor.strings().stream().map(text -> new String(text, StandardCharsets.UTF_8)).toList();
  }

  @Test
  void scoresAreOneTensorOfAllImages() throws Exception {
    OutputTensor tensor = scores().tensors(List.of()).get(0);

    assertThat(tensor.name()).isEqualTo("probabilities");
    assertThat(tensor.datatype()).isEqualTo(Datatype.FP32);
    assertThat(tensor.shape()).containsExactly(2L, 2L);
    assertThat(tensor.numbers()).isEqualTo("0.25,0.75,1.0,0.0");
    assertThat(tensor.data()).hasSize(16).startsWith(0, 0, (byte) 0x80, 0x3e); // 0.25
  }

  @Test
  void theBestClassesAreStringsOfScoreIndexAndLabel() throws Exception {
    OutputTensor tensor = scores().tensors(List.of(new RequestedOutput("probabilities", 2))).get(0);

    assertThat(tensor.datatype()).isEqualTo(Datatype.BYTES);
    assertThat(tensor.shape()).containsExactly(2L, 2L);
    assertThat(texts(tensor))
        .containsExactly("0.75:1:lynx", "0.25:0:cat", "1.0:0:cat", "0.0:1:lynx");
    assertThat(scores().tensors(List.of(new RequestedOutput("probabilities", 99))).get(0).shape())
        .containsExactly(2L, 2L);
  }

  @Test
  void otherOutputsAreJoinedByNameInTheRequestedOrder() throws Exception {
    byte[] one = {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f};
    TensorOutputs two =
        outputs(List.of(MASK, SIZE), tensors(1, 2, one), tensors(3, 255, new byte[8]));

    List<OutputTensor> all =
        two.tensors(List.of(new RequestedOutput("size", 0), new RequestedOutput("mask", 0)));

    assertThat(all).extracting(OutputTensor::name).containsExactly("size", "mask");
    assertThat(all.get(0).numbers()).isEqualTo("1.0,0.0");
    assertThat(all.get(0).shape()).containsExactly(2L);
    assertThat(all.get(1).numbers()).isEqualTo("1,2,3,255");
    assertThat(all.get(1).shape()).containsExactly(2L, 2L);
    assertThat(two.tensors(List.of())).hasSize(2);
  }

  @Test
  void contentOfATranslatorIsAString() throws Exception {
    TensorOutputs made =
        outputs(
            List.of(),
            new ModelOutput.Content("text/plain", "hi".getBytes(StandardCharsets.UTF_8)));

    OutputTensor tensor = made.tensors(List.of()).get(0);

    assertThat(tensor.name()).isEqualTo("output");
    assertThat(tensor.shape()).containsExactly(1L);
    assertThat(texts(tensor)).containsExactly("hi");
  }

  @Test
  void anUnknownOutputIsRefusedWithTheKnownOutputs() {
    assertThatThrownBy(() -> scores().tensors(List.of(new RequestedOutput("classes", 0))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model has no output 'classes'; it has probabilities");
  }

  @Test
  void classesOfAnOutputWithoutScoresAreRefused() {
    TensorOutputs one = outputs(List.of(MASK, SIZE), tensors(1, 2, new byte[8]));

    assertThatThrownBy(() -> one.tensors(List.of(new RequestedOutput("mask", 3))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("output 'mask' has no classes; leave out parameter 'classification'");
  }
}
