package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.TextFormat;
import io.lynxeye.engine.adapter.ModelAdapter.Content;
import io.lynxeye.engine.adapter.TensorSpecs;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Tags and signatures of a SavedModel. Needs no TensorFlow: they are protobuf messages. */
class SavedModelTest {

  private static final TensorInfo PIXELS = tensor(DataType.DT_FLOAT, -1, 224, 224, 3);
  private static final TensorInfo SCORES = tensor(DataType.DT_FLOAT, -1, 1000);
  private static final TensorInfo CLASSES = tensor(DataType.DT_INT64, -1);
  private static final ModelManifest NO_KEYS = ModelManifest.of(Map.of());

  @TempDir private Path folder;

  private static TensorInfo tensor(DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    Arrays.stream(sizes)
        .forEach(size -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return TensorInfo.newBuilder().setName("x:0").setDtype(type).setTensorShape(shape).build();
  }

  private static SignatureDef signature(Map<String, TensorInfo> outputs) {
    return SignatureDef.newBuilder()
        .putInputs("pixels", PIXELS)
        .putAllOutputs(outputs)
        .setMethodName("tensorflow/serving/classify")
        .build();
  }

  private static ModelSignature choose(SignatureDef signature) throws ModelLoadException {
    return SavedModel.signatures(Map.of("serving_default", signature), NO_KEYS).get(0);
  }

  private static void assertRefused(Map<String, SignatureDef> all, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> SavedModel.signatures(all, NO_KEYS))
        .withMessage(reason);
  }

  @Test
  void describesTheInputAndEveryOutputByKey() throws Exception {
    ModelSignature chosen = choose(signature(Map.of("probabilities", SCORES, "classes", CLASSES)));

    assertThat(chosen.inputs())
        .extracting(TensorSpec::toString)
        .containsExactly("pixels: float [-1, 224, 224, 3]");
    assertThat(TensorSpec.describe(chosen.outputs()))
        .isEqualTo("classes: int64 [-1], probabilities: float [-1, 1000]");
    assertThat(chosen.name()).isEqualTo("serving_default");
    assertThat(chosen.method()).isEqualTo("tensorflow/serving/classify");
  }

  @Test
  void theSignatureInTheManifestComesFirst() throws Exception {
    List<ModelSignature> all =
        SavedModel.signatures(
            Map.of(
                "serving_default", signature(Map.of("classes", CLASSES)),
                "classify", signature(Map.of("scores", SCORES)),
                "__saved_model_init_op", SignatureDef.getDefaultInstance()),
            ModelManifest.of(Map.of("option.SignatureDefKey", "classify")));

    assertThat(all).extracting(ModelSignature::name).containsExactly("classify", "serving_default");
    assertThat(all.get(0).outputs()).extracting(TensorSpec::name).containsExactly("scores");
  }

  @Test
  void theOnlySignatureIsTheDefaultWhateverItsName() throws Exception {
    Map<String, SignatureDef> one =
        Map.of(
            "score", signature(Map.of("scores", SCORES)),
            "__saved_model_init_op", SignatureDef.getDefaultInstance());

    assertThat(SavedModel.signatures(one, NO_KEYS))
        .extracting(ModelSignature::name)
        .containsExactly("score");
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () ->
                SavedModel.signatures(
                    one, ModelManifest.of(Map.of("option.SignatureDefKey", "classify"))))
        .withMessage(
            "it has no signature 'classify'; set option.SignatureDefKey to one of [score]");
  }

  @Test
  void theErrorForAnUnknownSignatureNamesTheAvailableOnes() {
    SignatureDef any = signature(Map.of("scores", SCORES));

    assertRefused(
        Map.of("train", any, "eval", any),
        "it has no signature 'serving_default'; set option.SignatureDefKey to one of [eval,"
            + " train]");
  }

  @Test
  void aModelWithoutSignaturesIsRefusedWithTheCure() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () ->
                SavedModel.signatures(
                    Map.of("__saved_model_train_op", SignatureDef.getDefaultInstance()), NO_KEYS))
        .withMessageStartingWith(
            "it has no signature, so nothing says what it takes; export it with one:");
  }

  @Test
  void severalInputsAreInTheOrderOfTheirNames() throws Exception {
    SignatureDef signature =
        signature(Map.of("scores", SCORES)).toBuilder()
            .putInputs("dropout", tensor(DataType.DT_BOOL))
            .build();

    assertThat(TensorSpec.describe(choose(signature).inputs()))
        .isEqualTo("dropout: bool [], pixels: float [-1, 224, 224, 3]");
  }

  @Test
  void aSignatureWithoutInputIsRefused() {
    SignatureDef signature = SignatureDef.newBuilder().putOutputs("scores", SCORES).build();

    assertRefused(
        Map.of("serving_default", signature),
        "its signature 'serving_default' takes or returns no dense tensors of numbers or strings:"
            + " inputs [], outputs [scores: float [-1, 1000]]; export one that does, or set"
            + " option.SignatureDefKey to another");
  }

  @Test
  void anInputThatNoProtocolCarriesIsRefused() {
    SignatureDef complex =
        SignatureDef.newBuilder()
            .putInputs("wave", tensor(DataType.DT_COMPLEX64, -1))
            .putOutputs("scores", SCORES)
            .build();

    assertRefused(
        Map.of("serving_default", complex),
        "its signature 'serving_default' takes or returns no dense tensors of numbers or strings:"
            + " inputs [wave: complex64 [-1]], outputs [scores: float [-1, 1000]]; export one that"
            + " does, or set option.SignatureDefKey to another");
  }

  /** A sparse tensor has the names of three tensors instead of one. */
  @Test
  void otherSignaturesThatCannotBeServedAreLeftOut() throws Exception {
    TensorInfo sparse =
        TensorInfo.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setCooSparse(TensorInfo.CooSparse.newBuilder().setValuesTensorName("v:0"))
            .build();
    SignatureDef takesSparse =
        SignatureDef.newBuilder().putInputs("x", sparse).putOutputs("scores", SCORES).build();
    SignatureDef returnsSparse = signature(Map.of("scores", sparse));

    assertThat(
            SavedModel.signatures(
                Map.of(
                    "serving_default",
                    signature(Map.of("scores", SCORES)),
                    "a",
                    takesSparse,
                    "b",
                    returnsSparse),
                NO_KEYS))
        .extracting(ModelSignature::name)
        .containsExactly("serving_default");
  }

  @Test
  void outputsThatNoProtocolCarriesAreLeftOut() throws Exception {
    TensorInfo complex = tensor(DataType.DT_COMPLEX128, -1);

    assertThat(choose(signature(Map.of("scores", SCORES, "wave", complex))).outputs())
        .extracting(TensorSpec::name)
        .containsExactly("scores");
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
    assertThat(spec.rows()).isEqualTo(-1);
    assertThat(spec.fits(List.of(1L, 2L, 3L))).isTrue();
  }

  /** Writes a model whose meta graphs have these tags, before a graph that is to be skipped. */
  private Path write(boolean isText, String... tagSets) throws Exception {
    var model = org.tensorflow.proto.SavedModel.newBuilder().setSavedModelSchemaVersion(1);
    for (String tags : tagSets) {
      model.addMetaGraphs(
          MetaGraphDef.newBuilder()
              .setMetaInfoDef(
                  MetaGraphDef.MetaInfoDef.newBuilder()
                      .addAllTags(tags.isEmpty() ? List.of() : List.of(tags.split(","))))
              .setGraphDef(graph("DecodeJpeg"))
              .putSignatureDef("serving_default", signature(Map.of("scores", SCORES))));
    }
    Path file = folder.resolve(isText ? "saved_model.pbtxt" : "saved_model.pb");
    return isText
        ? Files.writeString(file, TextFormat.printer().printToString(model))
        : Files.write(file, model.build().toByteArray());
  }

  private static GraphDef graph(String... operations) {
    return GraphDef.newBuilder()
        .addAllNode(
            Arrays.stream(operations).map(o -> NodeDef.newBuilder().setOp(o).build()).toList())
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "serve, serve",
    "'train serve', serve",
    "'serve,gpu serve', serve",
    "mine, mine",
    "'serve,gpu', 'serve,gpu'"
  })
  void theTagsAreServeOrThoseOfTheOnlyMetaGraph(String sets, String tags) throws Exception {
    for (boolean isText : new boolean[] {false, true}) {
      assertThat(SavedModel.tags(write(isText, sets.split(" ")), NO_KEYS))
          .containsExactly(tags.split(","));
    }
  }

  @Test
  void severalMetaGraphsWithoutServeNeedAChoice() throws Exception {
    Path file = write(false, "train", "eval,gpu");

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> SavedModel.tags(file, NO_KEYS))
        .withMessage(
            "it has no meta graph with the tag 'serve'; set option.Tags to one of: train;"
                + " eval,gpu");
    assertThat(SavedModel.tags(file, ModelManifest.of(Map.of("option.Tags", "eval, gpu"))))
        .containsExactly("eval", "gpu");
  }

  @Test
  void aFileThatIsNoSavedModelIsRefused() throws Exception {
    for (String name : List.of("saved_model.pb", "saved_model.pbtxt")) {
      Path file = Files.writeString(folder.resolve(name), "this is text");
      assertThatExceptionOfType(ModelLoadException.class)
          .isThrownBy(() -> SavedModel.tags(file, NO_KEYS))
          .withMessageStartingWith(name + " is not a SavedModel: ");
    }
  }

  @Test
  void stringsAreImageFilesIfTheGraphDecodesThemAndUnpacksNothing() {
    FunctionDefLibrary inFunction =
        FunctionDefLibrary.newBuilder()
            .addFunction(
                FunctionDef.newBuilder().addNodeDef(NodeDef.newBuilder().setOp("DecodeImage")))
            .build();

    assertThat(SavedModel.content(graph("Mean", "DecodeJpeg"))).isEqualTo(Content.DECODES);
    assertThat(
            SavedModel.content(GraphDef.newBuilder(graph("Mean")).setLibrary(inFunction).build()))
        .isEqualTo(Content.DECODES);
    assertThat(SavedModel.content(graph("Mean"))).isEqualTo(Content.UNKNOWN);
    assertThat(SavedModel.content(graph("DecodeJpeg", "ParseExampleV2")))
        .isEqualTo(Content.UNKNOWN);
    assertThat(SavedModel.content(graph("DecodeJpeg", "DecodeBase64"))).isEqualTo(Content.UNKNOWN);
  }

  @Test
  void theVersionThatExportedAFileIsInIt() throws Exception {
    MetaGraphDef.MetaInfoDef info =
        MetaGraphDef.MetaInfoDef.newBuilder().setTensorflowVersion("2.21.0").build();
    Path file = folder.resolve("saved_model.pb");
    Files.write(
        file,
        org.tensorflow.proto.SavedModel.newBuilder()
            .addMetaGraphs(MetaGraphDef.newBuilder().setMetaInfoDef(info))
            .build()
            .toByteArray());

    assertThat(SavedModel.exportedBy(file)).contains("2.21.0");
  }

  @Test
  void aRescalingLayerIsFoundByTheNameOfItsOperations() {
    NodeDef scale = NodeDef.newBuilder().setOp("Mul").setName("net_1/rescaling_2/mul").build();

    assertThat(SavedModel.content(GraphDef.newBuilder().addNode(scale).build()))
        .isEqualTo(Content.RESCALES);
  }

  @Test
  void aGraphThatCallsPythonIsRefused() {
    for (String operation : List.of("PyFunc", "PyFuncStateless", "EagerPyFunc")) {
      assertThatExceptionOfType(ModelLoadException.class)
          .isThrownBy(() -> SavedModel.requireRunnable(graph("Mean", operation)))
          .withMessageStartingWith("it calls Python (tf.numpy_function or tf.py_function)");
    }
  }
}
