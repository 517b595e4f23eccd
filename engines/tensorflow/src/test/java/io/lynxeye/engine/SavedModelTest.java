package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.engine.adapter.TensorSpecs;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Choice of a SavedModel's signature. Needs no TensorFlow: signatures are protobuf messages. */
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

  private static Signature choose(SignatureDef signature) throws ModelLoadException {
    return Signature.choose(Map.of("serving_default", signature), ModelManifest.of(Map.of()));
  }

  private static void assertRefused(SignatureDef signature, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> choose(signature))
        .withMessage(reason);
  }

  @Test
  void describesTheInputAndEveryOutputByKey() throws Exception {
    Signature chosen = choose(signature(Map.of("probabilities", SCORES, "classes", CLASSES)));

    assertThat(chosen.input()).hasToString("pixels: float [-1, 224, 224, 3]");
    assertThat(TensorSpec.describe(chosen.outputs()))
        .isEqualTo("classes: int64 [-1], probabilities: float [-1, 1000]");
  }

  @Test
  void theSignatureInTheManifestTakesPrecedence() throws Exception {
    Signature chosen =
        Signature.choose(
            Map.of(
                "serving_default", signature(Map.of("classes", CLASSES)),
                "classify", signature(Map.of("scores", SCORES))),
            ModelManifest.of(Map.of("option.SignatureDefKey", "classify")));

    assertThat(chosen.outputs()).extracting(TensorSpec::name).containsExactly("scores");
  }

  @Test
  void theErrorForAnUnknownSignatureNamesTheAvailableOnes() {
    SignatureDef any = signature(Map.of("scores", SCORES));

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () -> Signature.choose(Map.of("train", any, "eval", any), ModelManifest.of(Map.of())))
        .withMessage(
            "it has no signature 'serving_default'; set option.SignatureDefKey to one of [eval,"
                + " train]");
  }

  @Test
  void severalInputsAreRefusedAndNamed() {
    SignatureDef signature =
        signature(Map.of("scores", SCORES)).toBuilder()
            .putInputs("dropout", tensor(DataType.DT_BOOL))
            .build();

    assertRefused(
        signature,
        "only one input is supported; signature 'serving_default' has 2: dropout: bool [], pixels:"
            + " float [-1, 224, 224, 3]");
  }

  @Test
  void aSignatureWithoutInputIsRefused() {
    SignatureDef signature = SignatureDef.newBuilder().putOutputs("scores", SCORES).build();

    assertRefused(signature, "only one input is supported; signature 'serving_default' has 0: ");
  }

  @Test
  void anUnknownRankHasNoShape() {
    TensorInfo unknown =
        TensorInfo.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
            .build();

    TensorSpec spec = TensorSpecs.of("scores", unknown);

    assertThat(spec.shape()).isEmpty();
    assertThat(spec.isScores()).isTrue();
    assertThat(spec.classes()).isEqualTo(-1);
    assertThat(spec.numbers()).isEqualTo(-1);
  }
}
