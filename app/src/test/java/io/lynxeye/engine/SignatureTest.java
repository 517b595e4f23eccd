package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelManifest;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Signatures are messages of a file format: no TensorFlow runs here. */
class SignatureTest {

  private static final TensorInfo PIXELS = tensor(DataType.DT_FLOAT, -1, 224, 224, 3);
  private static final TensorInfo SCORES = tensor(DataType.DT_FLOAT, -1, 1000);
  private static final TensorInfo CLASSES = tensor(DataType.DT_INT64, -1);

  private static TensorInfo tensor(DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    Arrays.stream(sizes)
        .forEach(size -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return TensorInfo.newBuilder().setDtype(type).setTensorShape(shape).build();
  }

  private static SignatureDef signature(Map<String, TensorInfo> outputs) {
    return SignatureDef.newBuilder().putInputs("pixels", PIXELS).putAllOutputs(outputs).build();
  }

  private static Signature choose(SignatureDef signature, Map<String, String> manifest)
      throws ModelLoadException {
    return Signature.choose(Map.of("serving_default", signature), ModelManifest.of(manifest));
  }

  private static void assertRefused(
      SignatureDef signature, Map<String, String> manifest, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> choose(signature, manifest))
        .withMessage(reason);
  }

  @Test
  void takesTheOnlyInputAndTheOnlyOutput() throws Exception {
    Signature chosen = choose(signature(Map.of("activation_49", SCORES)), Map.of());

    assertThat(chosen.inputKey()).isEqualTo("pixels");
    assertThat(chosen.outputKey()).isEqualTo("activation_49");
    assertThat(chosen.describeInput()).isEqualTo("pixels: float [-1, 224, 224, 3]");
    assertThat(chosen.describeOutput()).isEqualTo("activation_49: float [-1, 1000]");
  }

  @Test
  void ofSeveralOutputsTakesTheOneCalledProbabilities() throws Exception {
    SignatureDef signature = signature(Map.of("classes", CLASSES, "probabilities", SCORES));

    assertThat(choose(signature, Map.of()).outputKey()).isEqualTo("probabilities");
  }

  @Test
  void theManifestsOutputWins() throws Exception {
    SignatureDef signature = signature(Map.of("logits", SCORES, "probabilities", SCORES));

    assertThat(choose(signature, Map.of("output", "logits")).outputKey()).isEqualTo("logits");
  }

  @Test
  void theManifestsSignatureWins() throws Exception {
    Signature chosen =
        Signature.choose(
            Map.of(
                "serving_default", signature(Map.of("classes", CLASSES)),
                "classify", signature(Map.of("scores", SCORES))),
            ModelManifest.of(Map.of("option.SignatureDefKey", "classify")));

    assertThat(chosen.outputKey()).isEqualTo("scores");
  }

  @Test
  void anUnknownSignatureIsToldWithThoseThatAreThere() {
    SignatureDef any = signature(Map.of("scores", SCORES));

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () -> Signature.choose(Map.of("train", any, "eval", any), ModelManifest.of(Map.of())))
        .withMessage(
            "it has no signature 'serving_default'; set option.SignatureDefKey to one of [eval,"
                + " train]");
  }

  @Test
  void severalInputsAreRefusedByName() {
    SignatureDef signature =
        signature(Map.of("scores", SCORES)).toBuilder()
            .putInputs("dropout", tensor(DataType.DT_BOOL))
            .build();

    assertRefused(
        signature,
        Map.of(),
        "only one input is supported; signature 'serving_default' has 2: dropout: bool [], pixels:"
            + " float [-1, 224, 224, 3]");
  }

  @Test
  void noInputIsRefused() {
    SignatureDef signature = SignatureDef.newBuilder().putOutputs("scores", SCORES).build();

    assertRefused(
        signature, Map.of(), "only one input is supported; signature 'serving_default' has 0: ");
  }

  @Test
  void severalOutputsOfWhichNoneIsCalledProbabilitiesAreRefusedByName() {
    assertRefused(
        signature(Map.of("logits", SCORES, "classes", CLASSES)),
        Map.of(),
        "it has no output 'probabilities'; set output to one of: classes: int64 [-1], logits:"
            + " float [-1, 1000]");
  }

  @Test
  void anOutputThatIsNotThereIsRefused() {
    assertRefused(
        signature(Map.of("scores", SCORES)),
        Map.of("output", "logits"),
        "it has no output 'logits'; set output to one of: scores: float [-1, 1000]");
  }

  @Test
  void anOutputOfAnotherTypeIsRefused() {
    assertRefused(
        signature(Map.of("scores", tensor(DataType.DT_INT64, -1, 1000))),
        Map.of(),
        "output scores: int64 [-1, 1000] is not float [-1, classes]; set output to one that is,"
            + " of: scores: int64 [-1, 1000]");
  }

  @Test
  void anOutputOfAnotherRankIsRefused() {
    assertRefused(
        signature(Map.of("scores", tensor(DataType.DT_FLOAT, -1, 7, 7, 2048))),
        Map.of(),
        "output scores: float [-1, 7, 7, 2048] is not float [-1, classes]; set output to one that"
            + " is, of: scores: float [-1, 7, 7, 2048]");
  }

  @Test
  void anOutputOfUnknownRankIsTaken() throws Exception {
    TensorInfo unknown =
        TensorInfo.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
            .build();

    assertThat(choose(signature(Map.of("scores", unknown)), Map.of()).outputKey())
        .isEqualTo("scores");
  }
}
