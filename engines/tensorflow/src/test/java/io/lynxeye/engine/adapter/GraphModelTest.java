package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lynxeye.engine.djl.TinyImages;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphModelTest {

  private static final Map<String, String> PIXELS =
      Map.of("width", "2", "height", "2", "toTensor", "false");
  private static final Map<String, String> BATCHES = Map.of("batch_size", "8");
  private static final TensorSpec Y = spec("y", "float", -1, 1);

  @TempDir private Path folder;

  private static TensorSpec spec(String name, String type, long... sizes) {
    return new TensorSpec(name, type, Optional.of(Arrays.stream(sizes).boxed().toList()));
  }

  private static ModelSignature signature(String name, TensorSpec output, TensorSpec... inputs) {
    return new ModelSignature(name, List.of(inputs), List.of(output), Takes.TENSORS, false);
  }

  private LoadedModel model(
      FakeGraph graph, Map<String, String> manifest, ModelSignature... signatures)
      throws Exception {
    ModelSource source =
        new ModelSource(
            new ModelId("fake", 1),
            new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.of(manifest));
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    ModelAdapter.Images images =
        ModelAdapter.Images.of(
            source.manifest(), decoder, signatures[0], ModelAdapter.Content.UNKNOWN, "NHWC");
    return ModelAdapter.of(source, images, List.of(signatures))
        .on(graph, "Fake", "cpu", "as exported", Optional.empty());
  }

  /** A model whose output is the first value of each image. */
  private LoadedModel images(FakeGraph graph, long batch) throws Exception {
    return model(graph, PIXELS, signature("s", Y, spec("x", "float", batch, 2, 2, 3)));
  }

  private static FakeGraph firstValues() {
    return FakeGraph.ofRows(row -> row[0]);
  }

  private static ModelInput.Tensors input(LoadedModel model, String signature, Tensor... tensors) {
    return new ModelInput.Tensors(
        model.description().signature(signature).orElseThrow(), List.of(tensors));
  }

  private static Tensor row(float... values) {
    return FakeGraph.floats("x", List.of(1L, (long) values.length), values);
  }

  private static List<PreparedInput> reds(LoadedModel model, int... reds) throws Exception {
    List<PreparedInput> samples = new ArrayList<>();
    for (int red : reds) {
      samples.add(model.prepare(TinyImages.png(red, 0, 0)));
    }
    return samples;
  }

  private static List<Tensor> only(List<ModelOutput> outputs) {
    return outputs.stream().map(output -> ((ModelOutput.Tensors) output).all().get(0)).toList();
  }

  private static List<Float> numbers(List<ModelOutput> outputs) {
    return only(outputs).stream().map(tensor -> tensor.floats()[0]).toList();
  }

  @Test
  void imagesShareACallAndGetOneRowEach() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = images(graph, -1);

    List<ModelOutput> outputs = model.run(reds(model, 7, 9, 5));

    assertThat(numbers(outputs)).containsExactly(7f, 9f, 5f);
    assertThat(only(outputs)).allSatisfy(row -> assertThat(row.shape()).containsExactly(1L, 1L));
    assertThat(graph.shapes()).containsExactly(List.of(3L, 2L, 2L, 3L));
    assertThat(model.maxBatchSize()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void rowsOfTensorsShareACallWithImages() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = images(graph, -1);
    List<PreparedInput> samples = reds(model, 7);
    Tensor tensor = FakeGraph.floats("x", List.of(1L, 2L, 2L, 3L), new float[12]);
    samples.add(model.prepare(input(model, "s", tensor)));

    assertThat(numbers(model.run(samples))).containsExactly(7f, 0f);
    assertThat(graph.shapes()).containsExactly(List.of(2L, 2L, 2L, 3L));
  }

  @Test
  void aFixedBatchIsFilledUpAndSplit() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = images(graph, 2);

    assertThat(numbers(model.run(reds(model, 7, 9, 5)))).containsExactly(7f, 9f, 5f);
    assertThat(graph.shapes()).containsExactly(List.of(2L, 2L, 2L, 3L), List.of(2L, 2L, 2L, 3L));
    assertThat(graph.calls().get(1).get(0).rows(1, 1).floats()[0]).isEqualTo(5); // Repeated.
    assertThat(model.maxBatchSize()).isEqualTo(2);
  }

  @Test
  void aFixedBatchOfOneTakesOneImageAtATime() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = images(graph, 1);

    assertThat(numbers(model.run(reds(model, 7, 9)))).containsExactly(7f, 9f);
    assertThat(graph.shapes()).containsExactly(List.of(1L, 2L, 2L, 3L), List.of(1L, 2L, 2L, 3L));
    assertThat(model.maxBatchSize()).isEqualTo(1);
  }

  /** Such as the boxes of an object detector. */
  @Test
  void anOutputOfAnyRowsForOneImageIsReturnedUnchanged() throws Exception {
    Tensor three = FakeGraph.floats("y", List.of(3L, 1L), 1, 2, 3);
    LoadedModel model = images(new FakeGraph((signature, inputs) -> List.of(three)), 1);

    assertThat(only(model.run(reds(model, 7, 9)))).containsExactly(three, three);
  }

  @Test
  void rowsOfTheSameShapeShareACallAndKeepTheirOrder() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = model(graph, BATCHES, signature("s", Y, spec("x", "float", -1, -1)));
    List<PreparedInput> samples = new ArrayList<>();
    for (Tensor tensor : List.of(row(1), row(2, 0), row(3), row(4, 0), row(5, 0, 0))) {
      samples.add(model.prepare(input(model, "s", tensor)));
    }

    assertThat(numbers(model.run(samples))).containsExactly(1f, 2f, 3f, 4f, 5f);
    assertThat(graph.shapes()).containsExactly(List.of(2L, 1L), List.of(2L, 2L), List.of(1L, 3L));
  }

  @Test
  void rowsOfDifferentSignaturesDoNotShareACall() throws Exception {
    FakeGraph graph = firstValues();
    TensorSpec x = spec("x", "float", -1, 1);
    LoadedModel model = model(graph, BATCHES, signature("s", Y, x), signature("t", Y, x));
    List<PreparedInput> samples = new ArrayList<>();
    for (String name : List.of("s", "t", "s")) {
      samples.add(model.prepare(input(model, name, row(samples.size()))));
    }

    assertThat(numbers(model.run(samples))).containsExactly(0f, 1f, 2f);
    assertThat(graph.shapes()).containsExactly(List.of(2L, 1L), List.of(1L, 1L));
  }

  @Test
  void withoutPreprocessingKeysARequestIsOneCallAsSent() throws Exception {
    FakeGraph graph = new FakeGraph((signature, inputs) -> inputs);
    LoadedModel model = model(graph, Map.of(), signature("s", Y, spec("x", "float", -1, 2)));
    Tensor three = FakeGraph.floats("x", List.of(3L, 2L), 1, 2, 3, 4, 5, 6);

    assertThat(only(model.run(List.of(model.prepare(input(model, "s", three))))))
        .containsExactly(three);
    assertThat(graph.calls()).containsExactly(List.of(three));
    assertThat(model.maxBatchSize()).isEqualTo(1);
    assertThat(model.description().signature().isBatched()).isFalse();
  }

  @Test
  void aTensorWithoutRowsIsSentAsItIs() throws Exception {
    FakeGraph graph = new FakeGraph((signature, inputs) -> inputs);
    LoadedModel model = model(graph, Map.of(), signature("s", Y, spec("x", "float", -1, 2)));
    Tensor none = FakeGraph.floats("x", List.of(0L, 2L));

    assertThat(only(model.run(List.of(model.prepare(input(model, "s", none))))))
        .containsExactly(none);
    assertThat(graph.calls()).containsExactly(List.of(none));
  }

  /** Also when they are equal, and when images of the same model are batched. */
  @Test
  void requestsOfASignatureThatIsNotBatchedNeverShareACall() throws Exception {
    FakeGraph graph =
        new FakeGraph(
            (signature, inputs) ->
                List.of(FakeGraph.floats("y", List.of(), inputs.get(0).floats()[0])));
    LoadedModel model =
        model(
            graph,
            PIXELS,
            signature("s", Y, spec("x", "float", -1, 2, 2, 3)),
            signature("t", spec("y", "float"), spec("x", "float")));
    Tensor scalar = FakeGraph.floats("x", List.of(), 4);
    Tensor same = FakeGraph.floats("x", List.of(), 4);

    List<ModelOutput> outputs =
        model.run(
            List.of(
                model.prepare(input(model, "t", scalar)), model.prepare(input(model, "t", same))));

    assertThat(graph.calls()).containsExactly(List.of(scalar), List.of(same));
    assertThat(only(outputs)).allSatisfy(y -> assertThat(y.shape()).isEmpty());
  }

  @Test
  void anOutputWithoutOneRowPerImageIsAModelError() throws Exception {
    FakeGraph two =
        new FakeGraph((s, inputs) -> List.of(FakeGraph.floats("y", List.of(2L, 1L), 1, 2)));
    LoadedModel model = images(two, -1);
    List<PreparedInput> three = reds(model, 1, 2, 3);

    assertThatIllegalStateException()
        .isThrownBy(() -> model.run(three))
        .withMessage("the model's output y is [2, 1] for 3 images");
  }

  @Test
  void anOutputThatIsNotNumbersIsAnErrorOfAModelOfImages() throws Exception {
    FakeGraph graph = FakeGraph.ofRows(row -> Float.NaN);
    LoadedModel ofImages = images(graph, -1);
    List<PreparedInput> one = reds(ofImages, 1);
    LoadedModel ofTensors = model(graph, Map.of(), signature("s", Y, spec("x", "float", -1, 1)));

    assertThatExceptionOfType(NotNumbersException.class)
        .isThrownBy(() -> ofImages.run(one))
        .withMessage("the model's output holds values that are not numbers");
    assertThat(numbers(ofTensors.run(List.of(ofTensors.prepare(input(ofTensors, "s", row(1)))))))
        .containsExactly(Float.NaN);
  }

  @Test
  void valuesThatAreNotFiniteAreRefusedByAModelOfImagesAlone() throws Exception {
    Tensor infinite = row(Float.POSITIVE_INFINITY);
    LoadedModel ofImages = images(firstValues(), -1);
    LoadedModel ofTensors =
        model(firstValues(), Map.of(), signature("s", Y, spec("x", "float", -1, 1)));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> ofImages.prepare(input(ofImages, "s", infinite)))
        .withMessage("a tensor has a value that is not a finite number");
    assertThat(numbers(ofTensors.run(List.of(ofTensors.prepare(input(ofTensors, "s", infinite))))))
        .containsExactly(Float.POSITIVE_INFINITY);
  }

  @Test
  void withoutPreprocessingKeysImagesAreRefusedWithTheCure() throws Exception {
    LoadedModel model =
        model(firstValues(), Map.of(), signature("s", Y, spec("x", "float", -1, 2, 2, 3)));

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> model.prepare(TinyImages.png(1, 2, 3)))
        .withMessageStartingWith(
            "the model takes no images: its input is pixels, and serving.properties does not say"
                + " how to preprocess images: set what it was trained with, width=2, height=2;");
    assertThat(model.description().signature().takes()).isEqualTo(Takes.TENSORS);
  }

  @Test
  void aModelOfSeveralInputsTakesTensorsWhateverTheKeys() throws Exception {
    FakeGraph graph = new FakeGraph((signature, inputs) -> List.of(inputs.get(1).as("y")));
    LoadedModel model =
        model(
            graph, PIXELS, signature("s", Y, spec("a", "int64"), spec("x", "float", -1, 2, 2, 3)));
    Tensor first = FakeGraph.floats("a", List.of(), 1);
    Tensor second = FakeGraph.floats("x", List.of(1L, 1L), 2);

    assertThat(numbers(model.run(List.of(model.prepare(input(model, "s", first, second))))))
        .containsExactly(2f);
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> model.prepare(TinyImages.png(1, 2, 3)))
        .withMessage(
            "the model takes no images: it has 2 inputs (a: int64 [], x: float [-1, 2, 2, 3]);"
                + " send them as tensors");
  }

  private static FakeGraph rejecting() {
    return new FakeGraph(
        (signature, inputs) -> {
          throw new RejectedInputException("index 5 is not in [0, 3)", null);
        });
  }

  @Test
  void valuesThatTheEngineRejectsAreAnInvalidInputButAnImageOfPixelsIsNot() throws Exception {
    LoadedModel ofTensors =
        model(rejecting(), Map.of(), signature("s", Y, spec("x", "float", -1, 1)));
    PreparedInput tensor = ofTensors.prepare(input(ofTensors, "s", row(1)));
    LoadedModel ofImages = images(rejecting(), -1);
    List<PreparedInput> image = reds(ofImages, 1);

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> ofTensors.run(List.of(tensor)))
        .withMessage("the model rejects these values: index 5 is not in [0, 3)");
    assertThatIllegalStateException()
        .isThrownBy(() -> ofImages.run(image))
        .withMessage("index 5 is not in [0, 3)");
  }

  @Test
  void aModelThatRejectsZerosIsServedWithoutAWarmUp() throws Exception {
    FakeGraph graph = rejecting();
    LoadedModel model =
        model(
            graph, Map.of(), signature("s", Y, spec("x", "int32", -1, 2), spec("z", "string", 3)));

    model.warmUp(1);

    assertThat(graph.calls()).hasSize(1);
    List<Tensor> zeros = graph.calls().get(0);
    assertThat(zeros.get(0).shape()).containsExactly(1L, 2L);
    assertThat(zeros.get(0).floats()).containsExactly(0, 0);
    assertThat(zeros.get(1).strings()).containsExactly(new byte[0], new byte[0], new byte[0]);
  }

  @Test
  void theCallsThatAnotherServerDescribesWarmTheModelUp() throws Exception {
    FakeGraph graph = rejecting();
    String calls = "z: float [2]; x: float [4, 2]|x: float [1, 2]; z: float [1]|y: float [1]";
    LoadedModel model =
        model(
            graph,
            Map.of("warmup.inputs", calls),
            signature("s", Y, spec("x", "float", -1, 2), spec("z", "float", -1)));

    model.warmUp(1);

    assertThat(graph.shapes()).containsExactly(List.of(4L, 2L), List.of(1L, 2L));
  }

  @Test
  void inputsOfUnknownTypeAreNotWarmedUp() throws Exception {
    FakeGraph graph = rejecting();
    LoadedModel model = model(graph, Map.of(), signature("s", Y, TensorSpec.named("x")));

    model.warmUp(1);

    assertThat(graph.calls()).isEmpty();
  }

  @Test
  void aModelOfImagesIsWarmedUpWithBlankImages() throws Exception {
    FakeGraph graph = firstValues();
    LoadedModel model = images(graph, -1);

    model.warmUp(3);

    assertThat(graph.shapes()).containsExactly(List.of(3L, 2L, 2L, 3L));
    assertThat(graph.calls().get(0).get(0).floats()).containsOnly(0);
  }

  @Test
  void isClosedWithItsGraph() throws Exception {
    FakeGraph graph = firstValues();

    images(graph, -1).close();

    assertThat(graph.isClosed()).isTrue();
  }
}
