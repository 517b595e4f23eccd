package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.passthrough.PassthroughNDManager;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.postprocess.Postprocessing;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageScoringTranslatorTest {

  private static final Map<String, String> TINY =
      Map.of("width", "2", "height", "1", "toTensor", "false", "synset", "cat,dog,lynx");
  private static final RgbImage IMAGE = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
  private static final byte[] PNG = TestImages.png(IMAGE);

  private final NDManager manager = PassthroughNDManager.INSTANCE;
  private final TranslatorContext context = FakeContext.withFiles(Map.of());
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Test
  void aBatchIsOneTensor() throws Exception {
    Translator<byte[], Classifications> translator = translator(byte[].class, TINY);

    NDList tensors = translator.batchProcessInput(context, List.of(PNG, PNG));

    NDArray tensor = tensors.singletonOrThrow();
    assertThat(tensor.getShape()).isEqualTo(new Shape(2, 1, 2, 3));
    assertThat(tensor.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void aSingleInputHasNoBatchDimension() throws Exception {
    Translator<byte[], Classifications> translator =
        translator(byte[].class, with("layout", "NCHW"));

    NDArray tensor = translator.processInput(context, PNG).singletonOrThrow();

    assertThat(tensor.getShape()).isEqualTo(new Shape(3, 1, 2));
    assertThat(tensor.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void eachRowOfScoresIsConvertedToItsBestClasses() throws Exception {
    Translator<byte[], Classifications> translator = translator(byte[].class, with("topK", "2"));
    NDList scores = new NDList(scores("any", 2, 0.1f, 0.2f, 0.7f, 0.6f, 0.3f, 0.1f));

    List<Classifications> results = translator.batchProcessOutput(context, scores);

    assertThat(results).hasSize(2);
    assertThat(results.get(0).getClassNames()).containsExactly("lynx", "dog");
    assertThat(results.get(0).getProbabilities()).containsExactly((double) 0.7f, (double) 0.2f);
    assertThat(results.get(1).best().getClassName()).isEqualTo("cat");
  }

  @Test
  void ofSeveralOutputsTheNamedOneIsUsed() throws Exception {
    NDList outputs = new NDList(scores("classes", 1, 9, 0, 0), scores("probabilities", 1, 0, 0, 1));

    Classifications byDefault =
        translator(byte[].class, TINY).batchProcessOutput(context, outputs).get(0);
    Classifications byName =
        translator(byte[].class, with("output", "classes"))
            .batchProcessOutput(context, outputs)
            .get(0);

    assertThat(byDefault.best().getClassName()).isEqualTo("lynx");
    assertThat(byName.best().getClassName()).isEqualTo("cat");
    assertThatThrownBy(
            () ->
                translator(byte[].class, with("output", "logits"))
                    .batchProcessOutput(context, outputs))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("no output 'logits'")
        .hasMessageContaining("[classes, probabilities]");
  }

  @Test
  void logitsAreConvertedToProbabilitiesIfConfigured() throws Exception {
    Translator<byte[], Classifications> translator =
        translator(byte[].class, with("applySoftmax", "true"));

    Classifications result =
        translator.processOutput(context, new NDList(scores("logits", 1, 0, 0, 1000)));

    assertThat(result.getProbabilities()).containsExactly(1.0, 0.0, 0.0);
  }

  @Test
  void scoresMustFitTheLabels() {
    Translator<byte[], Classifications> translator = translator(byte[].class, TINY);
    NDList four = new NDList(scores("any", 1, 1, 2, 3, 4));
    NDList integers =
        new NDList(manager.create(ByteBuffer.allocateDirect(12), new Shape(1, 3), DataType.INT32));

    assertThatThrownBy(() -> translator.batchProcessOutput(context, four))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("(1, 4)")
        .hasMessageContaining("3 labels");
    assertThatThrownBy(() -> translator.batchProcessOutput(context, integers))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("int32");
  }

  @Test
  void labelsComeFromTheModel() throws Exception {
    Map<String, String> noLabels = new HashMap<>(TINY);
    noLabels.remove("synset");
    Translator<byte[], Classifications> translator = translator(byte[].class, noLabels);

    translator.prepare(FakeContext.withFiles(Map.of("synset.txt", "n1 cat\nn2 dog\r\nn3 lynx\n")));

    assertThat(
            translator
                .processOutput(context, new NDList(scores("any", 1, 0, 0, 1)))
                .best()
                .getClassName())
        .isEqualTo("n3 lynx");
    assertThatThrownBy(() -> translator(byte[].class, noLabels).prepare(context))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("put synset.txt next to the model");
    assertThatThrownBy(
            () ->
                translator(byte[].class, noLabels)
                    .prepare(FakeContext.withFiles(Map.of("synset.txt", ""))))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("no labels");
  }

  @Test
  void givenLabelsNeedNoFile() throws Exception {
    Translator<byte[], Classifications> translator = translator(byte[].class, TINY);

    translator.prepare(context);

    assertThat(translator.processOutput(context, new NDList(scores("any", 1, 1, 0, 0))).items())
        .hasSize(3);
  }

  @Test
  void theErrorExplainsAnInvalidImage() {
    assertThatThrownBy(
            () ->
                translator(byte[].class, TINY)
                    .batchProcessInput(context, List.of(PNG, new byte[0])))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("the body is empty")
        .hasCauseInstanceOf(InvalidImageException.class);
  }

  @Test
  void theServingTranslatorConvertsContentToJson() throws Exception {
    Translator<Input, Output> translator =
        new ImageScoringTranslatorFactory().newInstance(Input.class, Output.class, null, TINY);
    Input named = new Input();
    named.add("note", "not an image");
    named.add("data", PNG);
    Input first = new Input();
    first.add(PNG);

    NDList tensors = translator.batchProcessInput(context, List.of(named, first));
    Output output =
        translator
            .batchProcessOutput(context, new NDList(scores("any", 1, 0, 0.25f, 0.75f)))
            .get(0);

    assertThat(tensors.singletonOrThrow().getShape().get(0)).isEqualTo(2);
    assertThat(output.getProperty("Content-Type", "")).isEqualTo("application/json");
    assertThat(output.getData().getAsString().replaceAll("\\s", ""))
        .startsWith(
            "[{\"className\":\"lynx\",\"probability\":0.75},"
                + "{\"className\":\"dog\",\"probability\":0.25}");
    assertThatThrownBy(() -> translator.processInput(context, new Input()))
        .hasMessageContaining("empty");
  }

  @Test
  void imagesDecodedByDjlAreAccepted() throws Exception {
    BufferedImage buffered = TestImages.buffered(IMAGE, BufferedImage.TYPE_INT_RGB);
    Image image = new BufferedImageFactory().fromImage(buffered);
    Translator<Image, Classifications> translator = translator(Image.class, TINY);

    NDList tensors = translator.processInput(context, image);

    assertThat(tensors.singletonOrThrow().toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void aTranslatorCanBeCreatedWithoutTheFactory() throws Exception {
    assertThat(
            ImageScoringTranslator.forBytes(TINY, decoder)
                .batchProcessInput(context, List.of(PNG))
                .singletonOrThrow()
                .getShape())
        .isEqualTo(new Shape(1, 1, 2, 3));
  }

  @Test
  void theFactoryListsItsSupportedTypes() {
    ImageScoringTranslatorFactory factory = new ImageScoringTranslatorFactory();

    assertThat(factory.isSupported(Input.class, Output.class)).isTrue();
    assertThat(factory.isSupported(byte[].class, Classifications.class)).isTrue();
    assertThat(factory.isSupported(Image.class, Classifications.class)).isTrue();
    assertThatThrownBy(() -> factory.newInstance(String.class, Output.class, null, TINY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void allWrongArgumentsAreReportedAtOnce() {
    Map<String, String> wrong =
        Map.of(
            "width", "0",
            "topK", "none",
            "synsetUrl", "http://example.org/synset.txt",
            "batchifier", "none");

    assertThatThrownBy(
            () ->
                new ImageScoringTranslatorFactory()
                    .newInstance(byte[].class, Classifications.class, null, wrong))
        .isInstanceOf(TranslateException.class)
        .hasMessageContaining("width=0")
        .hasMessageContaining("topK=none")
        .hasMessageContaining("synsetUrl")
        .hasMessageContaining("batchifier=none");
    assertThatThrownBy(() -> Postprocessing.from(wrong)).hasMessageContaining("topK=none");
  }

  @Test
  void postprocessingDefaults() {
    assertThat(Postprocessing.from(Map.of()))
        .isEqualTo(new Postprocessing(5, false, "probabilities", List.of(), "synset.txt"));
    assertThat(Postprocessing.KEYS).contains("topK", "output").hasSize(7);
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> arguments = new HashMap<>(TINY);
    arguments.put(key, value);
    return arguments;
  }

  private static <I> Translator<I, Classifications> translator(
      Class<I> input, Map<String, String> arguments) {
    try {
      return new ImageScoringTranslatorFactory()
          .newInstance(input, Classifications.class, null, arguments);
    } catch (TranslateException e) {
      throw new AssertionError(e);
    }
  }

  private NDArray scores(String name, int rows, float... values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(values);
    NDArray array = manager.create(buffer, new Shape(rows, values.length / rows), DataType.FLOAT32);
    array.setName(name);
    return array;
  }
}
