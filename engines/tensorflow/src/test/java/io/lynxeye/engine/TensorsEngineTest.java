package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.engine.djl.TinyImages;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.tensors.TensorInputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

/** SavedModels of a few nodes that take tensors of any type, rank and number. */
@Tag("engine")
class TensorsEngineTest {

  private static final Map<String, String> NO_KEYS = Map.of();
  private static final Map<String, String> PIXELS =
      Map.of("width", "2", "height", "2", "toTensor", "false");

  private final EngineLoader loader = EngineRing.get().loader();

  @TempDir private Path folder;

  private LoadedModel load(TestGraph graph) throws Exception {
    return loader.load(graph.write(folder, NO_KEYS));
  }

  /** TensorFlow Serving's example: y = x / 2 + 2. */
  private static TestGraph halfPlusTwo() {
    return new TestGraph()
        .input("x", DataType.DT_FLOAT, -1)
        .constant("half", 0.5f)
        .constant("two", 2f)
        .node("Mul", "product", DataType.DT_FLOAT, "x", "half")
        .node("AddV2", "y", DataType.DT_FLOAT, "product", "two")
        .output("y", DataType.DT_FLOAT, -1);
  }

  private static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, shape, data);
  }

  private static Tensor longs(String name, List<Long> shape, long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return Tensor.of(name, Datatype.INT64, shape, data);
  }

  private static Tensor strings(String name, List<Long> shape, String... values) {
    return Tensor.ofStrings(
        name,
        shape,
        Stream.of(values).map(value -> value.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static List<String> texts(Tensor tensor) {
    return tensor.strings().stream().map(text -> new String(text, StandardCharsets.UTF_8)).toList();
  }

  /** Makes one request, as the tensor protocols do. */
  private static List<Tensor> send(LoadedModel model, String signature, Tensor... tensors)
      throws Exception {
    ModelSignature chosen = model.description().signature(signature).orElseThrow();
    List<PreparedInput> samples = new ArrayList<>();
    for (ModelInput input : new TensorInputs(chosen).inputs(List.of(tensors))) {
      samples.add(model.prepare((ModelInput.Tensors) input));
    }
    return new TensorOutputs(results(model, model.run(samples))).all();
  }

  private static List<ScoreResult> results(LoadedModel model, List<ModelOutput> outputs) {
    return outputs.stream()
        .map(output -> new ScoreResult(model.description(), List.of(), output, null))
        .toList();
  }

  private static List<Tensor> ofImages(LoadedModel model, byte[]... images) throws Exception {
    List<PreparedInput> samples = new ArrayList<>();
    for (byte[] image : images) {
      samples.add(model.prepare(image));
    }
    return new TensorOutputs(results(model, model.run(samples))).all();
  }

  @Test
  void takesAVectorOfAnyLengthAndReturnsOne() throws Exception {
    try (LoadedModel model = load(halfPlusTwo())) {
      model.warmUp(1);
      Tensor y = send(model, "", floats("x", List.of(3L), 1, 2, 5)).get(0);

      assertThat(y).isEqualTo(floats("y", List.of(3L), 2.5f, 3, 4.5f));
      assertThat(send(model, "", floats("x", List.of(0L))).get(0))
          .isEqualTo(floats("y", List.of(0L)));
      assertThat(model.description().input()).isEqualTo("x: float [-1]");
      assertThat(model.maxBatchSize()).isEqualTo(1);
    }
  }

  @Test
  void rowsAreBatchedIfTheManifestSaysSo() throws Exception {
    try (LoadedModel model = loader.load(halfPlusTwo().write(folder, Map.of("batch_size", "8")))) {
      assertThat(model.description().signature().isBatched()).isTrue();
      assertThat(send(model, "", floats("x", List.of(3L), 1, 2, 5)).get(0))
          .isEqualTo(floats("y", List.of(3L), 2.5f, 3, 4.5f));
    }
  }

  @Test
  void integersOf64BitsAreExact() throws Exception {
    TestGraph graph =
        new TestGraph()
            .input("n", DataType.DT_INT64, -1, -1)
            .constant("one", 1L)
            .node("AddV2", "next", DataType.DT_INT64, "n", "one")
            .output("next", DataType.DT_INT64, -1, -1);
    try (LoadedModel model = load(graph)) {
      long odd = 9_007_199_254_740_993L; // 2^53 + 1: no double.

      assertThat(send(model, "", longs("n", List.of(1L, 3L), odd, -5, Long.MAX_VALUE - 1)).get(0))
          .isEqualTo(longs("next", List.of(1L, 3L), odd + 1, -4, Long.MAX_VALUE));
    }
  }

  /** Strings of up to 22 bytes and longer ones are in different memory. */
  @Test
  void stringsOfAnyLengthAreTakenAndReturned() throws Exception {
    TestGraph graph =
        new TestGraph()
            .input("text", DataType.DT_STRING, -1)
            .node("StringUpper", "upper", Map.of(), "text")
            .node("Identity", "same", DataType.DT_STRING, "text")
            .output("upper", DataType.DT_STRING, -1)
            .output("same", DataType.DT_STRING, -1);
    String small = "a".repeat(22);
    String large = "a".repeat(23);
    String huge = "a".repeat(100_000);
    try (LoadedModel model = load(graph)) {
      model.warmUp(1);
      List<Tensor> outputs =
          send(model, "", strings("text", List.of(5L), "lynx", "", small, large, huge));

      assertThat(outputs).extracting(Tensor::name).containsExactly("same", "upper");
      assertThat(outputs.get(1).shape()).containsExactly(5L);
      assertThat(texts(outputs.get(0))).containsExactly("lynx", "", small, large, huge);
      assertThat(texts(outputs.get(1)))
          .containsExactly("LYNX", "", "A".repeat(22), "A".repeat(23), "A".repeat(100_000));
      byte[] binary = {(byte) 0xff, 0, (byte) 0xd8};
      assertThat(
              send(model, "", Tensor.ofStrings("text", List.of(1L), List.of(binary)))
                  .get(0)
                  .strings())
          .containsExactly(binary);
      assertThat(send(model, "", strings("text", List.of(0L))).get(0).shape()).containsExactly(0L);
    }
  }

  @Test
  void severalInputsMayHaveTheirOwnTypesAndShapes() throws Exception {
    TestGraph graph =
        new TestGraph()
            .input("table", DataType.DT_FLOAT, -1, 2)
            .input("rows", DataType.DT_INT64, -1)
            .constant("axis", 0L)
            .node(
                "GatherV2",
                "picked",
                Map.of(
                    "Tparams", DataType.DT_FLOAT,
                    "Tindices", DataType.DT_INT64,
                    "Taxis", DataType.DT_INT64),
                "table",
                "rows",
                "axis")
            .output("picked", DataType.DT_FLOAT, -1, 2);
    Tensor table = floats("table", List.of(3L, 2L), 1, 2, 3, 4, 5, 6);
    try (LoadedModel model = load(graph)) {
      assertThat(send(model, "", longs("rows", List.of(2L), 2, 0), table).get(0))
          .isEqualTo(floats("picked", List.of(2L, 2L), 5, 6, 1, 2));
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> send(model, "", longs("rows", List.of(1L), 3), table))
          .withMessageStartingWith("the model rejects these values: ")
          .withMessageContaining("is not in [0, 3)");
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> model.prepare(TinyImages.png(1, 2, 3)))
          .withMessageContaining("it has 2 inputs (rows: int64 [-1], table: float [-1, 2])");
    }
  }

  @Test
  void everySignatureIsServedUnderItsName() throws Exception {
    TestGraph graph =
        halfPlusTwo()
            .input("negate", "in", "x", DataType.DT_FLOAT, -1)
            .node("Neg", "negated", DataType.DT_FLOAT, "x")
            .output("negate", "out", "negated", DataType.DT_FLOAT, -1);
    try (LoadedModel model = load(graph)) {
      assertThat(model.description().signatures())
          .extracting(ModelSignature::name)
          .containsExactly("serving_default", "negate");
      assertThat(send(model, "negate", floats("in", List.of(2L), 1, -2)))
          .containsExactly(floats("out", List.of(2L), -1, 2));
      assertThat(send(model, "serving_default", floats("x", List.of(1L), 2)))
          .containsExactly(floats("y", List.of(1L), 3));
    }
  }

  @Test
  void anUnknownRankTakesAndReturnsEveryRank() throws Exception {
    TestGraph graph =
        new TestGraph()
            .input("x", DataType.DT_FLOAT, (long[]) null)
            .node("Neg", "y", DataType.DT_FLOAT, "x")
            .output("y", DataType.DT_FLOAT, (long[]) null);
    try (LoadedModel model = load(graph)) {
      model.warmUp(1);
      for (List<Long> shape : List.of(List.<Long>of(), List.of(1L), List.of(1L, 1L, 1L, 1L, 1L))) {
        assertThat(send(model, "", floats("x", shape, 3))).containsExactly(floats("y", shape, -3));
      }
    }
  }

  /** Means of colours of images of 2 x 2 pixels. */
  private static TestGraph means(DataType type, long batch) {
    return new TestGraph()
        .input("pixels", type, batch, 2, 2, 3)
        .node("Cast", "cast", Map.of("SrcT", type, "DstT", DataType.DT_FLOAT), "pixels")
        .constants("axes", 1, 2)
        .node(
            "Mean",
            "means",
            Map.of("T", DataType.DT_FLOAT, "Tidx", DataType.DT_INT32),
            "cast",
            "axes")
        .output("means", DataType.DT_FLOAT, batch, 3);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "-1, 2147483647"})
  void aFixedBatchTakesAnyNumberOfImages(long batch, int most) throws Exception {
    try (LoadedModel model = loader.load(means(DataType.DT_FLOAT, batch).write(folder, PIXELS))) {
      model.warmUp(1);

      assertThat(model.maxBatchSize()).isEqualTo(most);
      assertThat(
              ofImages(
                      model,
                      TinyImages.png(1, 2, 3),
                      TinyImages.png(4, 5, 6),
                      TinyImages.png(7, 8, 9))
                  .get(0))
          .isEqualTo(floats("means", List.of(3L, 3L), 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }
  }

  @Test
  void imagesAreBytesIfTheInputIs() throws Exception {
    try (LoadedModel model = loader.load(means(DataType.DT_UINT8, -1).write(folder, PIXELS))) {
      model.warmUp(1);
      assertThat(model.description().input()).isEqualTo("pixels: uint8 [-1, 2, 2, 3]");
      assertThat(ofImages(model, TinyImages.png(255, 128, 0)).get(0).floats())
          .containsExactly(255, 128, 0);
      byte[] image = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, (byte) 255};
      Tensor sent =
          Tensor.of("pixels", Datatype.UINT8, List.of(1L, 2L, 2L, 3L), ByteBuffer.wrap(image));
      assertThat(send(model, "", sent).get(0).floats()).containsExactly(1, 2, 66);
    }
  }

  @Test
  void scoresMayBeOfHalfPrecision() throws Exception {
    TestGraph graph =
        means(DataType.DT_FLOAT, -1)
            .node(
                "Cast",
                "half",
                Map.of("SrcT", DataType.DT_FLOAT, "DstT", DataType.DT_HALF),
                "means")
            .output("half", DataType.DT_HALF, -1, 3);
    Files.writeString(folder.resolve("synset.txt"), "red\ngreen\nblue\n");
    Map<String, String> manifest = new java.util.HashMap<>(PIXELS);
    manifest.put("output", "half");
    try (LoadedModel model = loader.load(graph.write(folder, manifest))) {
      PreparedInput image = model.prepare(TinyImages.png(255, 128, 0));
      ModelOutput output = model.run(List.of(image)).get(0);

      assertThat(EngineRing.scores(output)).containsExactly(255, 128, 0);
      Tensor half = ((ModelOutput.Tensors) output).named("half").orElseThrow();
      assertThat(half.type()).isEqualTo(Datatype.FP16);
      assertThat(half.data().getShort()).isEqualTo((short) 0x5bf8); // 255 = 0x1.fep7
    }
  }

  /** A table of words, filled from a file by the operation that the load runs. */
  private static TestGraph dictionary() {
    return new TestGraph()
        .node(
            "HashTableV2",
            "table",
            Map.of("key_dtype", DataType.DT_STRING, "value_dtype", DataType.DT_INT64))
        .asset("file", "words.txt")
        .node(
            "InitializeTableFromTextFileV2",
            "fill",
            Map.of("key_index", TestGraph.number(-2), "value_index", TestGraph.number(-1)),
            "table",
            "file")
        .initOp("fill")
        .input("word", DataType.DT_STRING, -1)
        .constant("unknown", -1L)
        .node(
            "LookupTableFindV2",
            "line",
            Map.of("Tin", DataType.DT_STRING, "Tout", DataType.DT_INT64),
            "table",
            "word",
            "unknown")
        .output("line", DataType.DT_INT64, -1);
  }

  @Test
  void aTableIsFilledFromItsAssetOnceAtTheLoad() throws Exception {
    Path words = Files.createDirectory(folder.resolve("assets")).resolve("words.txt");
    Files.writeString(words, "cat\nlynx\nfox\n");
    try (LoadedModel model = load(dictionary())) {
      Files.delete(words); // A second run of the operation would not find it.
      for (int i = 0; i < 3; i++) {
        assertThat(send(model, "", strings("word", List.of(3L), "fox", "dog", "cat")))
            .containsExactly(longs("line", List.of(3L), 2, -1, 0));
      }
    }
  }

  @Test
  void aMissingAssetIsALoadError() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> load(dictionary()))
        .withMessageContaining("words.txt");
  }

  @Test
  void theOnlyTagsAreLoadedWhateverTheirNames() throws Exception {
    for (String tags : List.of("mine", "serve,gpu")) {
      try (LoadedModel model = load(halfPlusTwo().tags(tags))) {
        assertThat(send(model, "", floats("x", List.of(1L), 2)).get(0).floats()).containsExactly(3);
      }
    }
  }

  @Test
  void aModelInTextFormatIsLoaded() throws Exception {
    try (LoadedModel model =
        loader.load(halfPlusTwo().write(folder, "saved_model.pbtxt", NO_KEYS))) {
      assertThat(send(model, "", floats("x", List.of(1L), 2)).get(0).floats()).containsExactly(3);
    }
  }

  @Test
  void anOutputOfUnknownRankThatIsNoScoresIsReturnedUnchanged() throws Exception {
    TestGraph graph =
        new TestGraph()
            .input("pixels", DataType.DT_FLOAT, -1, 2, 2, 3)
            .node("Identity", "same", DataType.DT_FLOAT, "pixels")
            .output("same", DataType.DT_FLOAT, (long[]) null);
    try (LoadedModel model = loader.load(graph.write(folder, PIXELS))) {
      Tensor same = ofImages(model, TinyImages.png(1, 2, 3), TinyImages.png(4, 5, 6)).get(0);

      assertThat(same.shape()).containsExactly(2L, 2L, 2L, 3L);
      assertThat(same.rows(1, 1).floats()).startsWith(4, 5, 6);
    }
  }
}
