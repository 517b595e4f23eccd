package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tensors of models that take no images. */
class SeveralInputsTest {

  private static final TensorSpec IDS = spec("ids", "int64", -1, -1);
  private static final TensorSpec WEIGHTS = spec("weights", "float", -1, 2);
  private static final TensorInputs WHOLE = inputs(false, IDS, WEIGHTS);
  private static final TensorInputs ROWS = inputs(true, IDS, WEIGHTS);
  private static final Tensor TWO_IDS = TestTensors.longs("ids", List.of(2L, 1L), 7, 8);
  private static final Tensor TWO_WEIGHTS =
      TestTensors.floats("weights", List.of(2L, 2L), 1, 2, 3, 4);

  private static TensorSpec spec(String name, String type, long... sizes) {
    return new TensorSpec(name, type, Optional.of(java.util.Arrays.stream(sizes).boxed().toList()));
  }

  private static TensorInputs inputs(boolean isBatched, TensorSpec... inputs) {
    return new TensorInputs(
        new ModelSignature("s", List.of(inputs), List.of(), Takes.TENSORS, isBatched));
  }

  private static void assertRefused(TensorInputs inputs, String reason, Tensor... sent) {
    assertThatThrownBy(() -> inputs.inputs(List.of(sent)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(reason);
  }

  @Test
  void tensorsOfOneCallAreInTheOrderOfTheSignature() throws Exception {
    List<ModelInput> calls = WHOLE.inputs(List.of(TWO_WEIGHTS, TWO_IDS));

    assertThat(calls)
        .containsExactly(new ModelInput.Tensors(WHOLE.signature(), List.of(TWO_IDS, TWO_WEIGHTS)));
  }

  @Test
  void inputsOfOneCallMayHaveDifferentRowsOrNone() throws Exception {
    TensorInputs inputs = inputs(false, IDS, spec("limit", "int64"));
    Tensor limit = TestTensors.longs("limit", List.of(), 5);
    Tensor none = TestTensors.longs("ids", List.of(0L, 3L));

    assertThat(inputs.inputs(List.of(limit, none)))
        .containsExactly(new ModelInput.Tensors(inputs.signature(), List.of(none, limit)));
  }

  /** A model may make an output of the other sizes: a sum over the empty ones has two billion. */
  @Test
  void largeSizesBesideAnEmptyOneAreRefused() {
    TensorInputs open = inputs(false, spec("ids", "int64", -1, -1));
    for (List<Long> shape :
        List.of(List.of(2_000_000_000L, 0L), List.of(0L, 65_537L), List.of(0L, Long.MAX_VALUE))) {
      assertRefused(
          open,
          "input 'ids' has shape " + shape + " and 0 values",
          TestTensors.longs("ids", shape));
    }
  }

  @Test
  void rowsOfABatchedSignatureHaveOneRowOfEachInput() throws Exception {
    List<ModelInput> rows = ROWS.inputs(List.of(TWO_IDS, TWO_WEIGHTS));

    assertThat(rows)
        .containsExactly(
            new ModelInput.Tensors(
                ROWS.signature(),
                List.of(
                    TestTensors.longs("ids", List.of(1L, 1L), 7),
                    TestTensors.floats("weights", List.of(1L, 2L), 1, 2))),
            new ModelInput.Tensors(
                ROWS.signature(),
                List.of(
                    TestTensors.longs("ids", List.of(1L, 1L), 8),
                    TestTensors.floats("weights", List.of(1L, 2L), 3, 4))));
  }

  @Test
  void differentNumbersOfRowsAreRefused() {
    assertRefused(
        ROWS,
        "input 'weights' has 1 rows, but input 'ids' has 2; send as many of each",
        TWO_IDS,
        TestTensors.floats("weights", List.of(1L, 2L), 1, 2));
  }

  @Test
  void aMissingInputIsRefusedWithAllThatItTakes() {
    for (TensorInputs inputs : List.of(WHOLE, ROWS)) {
      assertRefused(
          inputs,
          "input 'weights' is missing; the model takes ids: int64 [-1, -1], weights: float [-1, 2]",
          TWO_IDS);
      assertRefused(
          inputs,
          "input 'ids' is missing; the model takes ids: int64 [-1, -1], weights: float [-1, 2]");
    }
  }

  @Test
  void anInputTheModelDoesNotHaveIsRefused() {
    assertRefused(
        WHOLE,
        "the model has no input 'x'; it takes 'ids' (ids: int64 [-1, -1]), 'weights' (weights:"
            + " float [-1, 2])",
        TWO_IDS,
        TWO_WEIGHTS,
        TestTensors.longs("x", List.of(), 1));
    assertRefused(
        inputs(false, IDS),
        "the model has no input 'x'; it takes 'ids' (ids: int64 [-1, -1])",
        TestTensors.longs("x", List.of(), 1));
  }

  @Test
  void theShortNamesAreForTheOnlyInputAlone() throws Exception {
    for (String name : List.of("", "pixels", "ids")) {
      assertThat(inputs(false, IDS).inputs(List.of(TWO_IDS.as(name))))
          .containsExactly(
              new ModelInput.Tensors(inputs(false, IDS).signature(), List.of(TWO_IDS)));
      if (!name.equals("ids")) {
        assertRefused(
            WHOLE,
            "input 'ids' is missing; the model takes ids: int64 [-1, -1], weights: float [-1, 2]",
            TWO_IDS.as(name),
            TWO_WEIGHTS);
      }
    }
  }

  @Test
  void anInputThatIsSentTwiceIsRefused() {
    assertRefused(WHOLE, "an input is sent twice; send each once", TWO_IDS, TWO_WEIGHTS, TWO_IDS);
    assertRefused(
        inputs(false, IDS), "an input is sent twice; send each once", TWO_IDS, TWO_IDS.as(""));
  }

  @Test
  void anotherTypeIsRefused() {
    assertRefused(
        WHOLE,
        "input 'ids' has datatype 'FP32', but the model takes INT64",
        TestTensors.floats("ids", List.of(2L, 1L), 7, 8),
        TWO_WEIGHTS);
    assertRefused(
        WHOLE,
        "input 'ids' has datatype 'BYTES', but the model takes INT64",
        TestTensors.strings("ids", List.of(2L, 1L), "7", "8"),
        TWO_WEIGHTS);
  }

  @Test
  void anInputOfUnknownTypeAndRankTakesAnyTensor() throws Exception {
    TensorInputs any = inputs(false, TensorSpec.named("x"));
    for (Tensor tensor :
        List.of(
            TestTensors.longs("x", List.of(), 1),
            TestTensors.floats("x", List.of(1L, 1L, 2L), 1, 2),
            TestTensors.strings("x", List.of(2L), "a", ""))) {
      assertThat(any.inputs(List.of(tensor)))
          .containsExactly(new ModelInput.Tensors(any.signature(), List.of(tensor)));
    }
  }

  @Test
  void aShapeThatDoesNotFitIsRefused() {
    for (List<Long> shape : List.of(List.of(2L), List.of(2L, 1L), List.of(1L, 2L, 1L))) {
      assertRefused(
          WHOLE,
          "input 'weights' has shape " + shape + ", but the model takes weights: float [-1, 2]",
          TWO_IDS,
          TestTensors.floats("weights", shape, 1, 2));
    }
    assertRefused(
        inputs(false, spec("one", "int64", 1)),
        "input 'one' has shape [2], but the model takes one: int64 [1]",
        TestTensors.longs("one", List.of(2L), 1, 2));
  }

  @Test
  void aSizeThatDoesNotAgreeWithTheValuesIsRefused() {
    assertRefused(
        inputs(false, IDS),
        "input 'ids' has shape [2, 2] and 3 values",
        TestTensors.longs("ids", List.of(2L, 2L), 1, 2, 3));
    assertRefused(
        inputs(false, IDS),
        "input 'ids' has shape [-1, -3] and 3 values",
        TestTensors.longs("ids", List.of(-1L, -3L), 1, 2, 3));
    assertRefused(
        inputs(false, IDS), // 2^32 x 2^32 is 0 in 64 bits.
        "input 'ids' has shape [4294967296, 4294967296] and 0 values",
        TestTensors.longs("ids", List.of(1L << 32, 1L << 32)));
    assertRefused(
        inputs(false, spec("text", "string", -1)),
        "input 'text' has shape [3] and 2 values",
        TestTensors.strings("text", List.of(3L), "a", "b"));
  }

  @Test
  void stringsThatAreNoImagesAreTensors() throws Exception {
    TensorInputs text = inputs(false, spec("text", "string", -1));
    Tensor sent = TestTensors.strings("text", List.of(2L), "a", "");

    assertThat(text.inputs(List.of(sent)))
        .containsExactly(new ModelInput.Tensors(text.signature(), List.of(sent)));
    assertRefused(
        text,
        "the model has no input 'image_bytes'; it takes 'text' (text: string [-1])",
        sent.as("image_bytes"));
  }
}
