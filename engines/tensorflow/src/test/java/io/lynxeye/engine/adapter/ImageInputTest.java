package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which models get images, and conversion of request bodies. Needs no TensorFlow. */
class ImageInputTest {

  private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.defaults());

  private static byte[] image() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_3BYTE_BGR), "jpeg", out);
    return out.toByteArray();
  }

  private static TensorSpec spec(String sizes) {
    return new TensorSpec(
        "pixels",
        "float",
        Optional.of(List.of(sizes.split(" ")).stream().map(Long::valueOf).toList()));
  }

  private static ModelManifest manifest(String key, String value) {
    return ModelManifest.of(Map.of(key, value));
  }

  private static PixelInput pixels(String layout, String shape) throws ModelLoadException {
    Map<String, String> manifest =
        layout.isEmpty()
            ? Map.of("normalize", "true")
            : Map.of("layout", layout, "width", "200", "height", "100");
    return PixelInput.of(DECODER, ModelManifest.of(manifest), spec(shape), "NHWC");
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1 224 224 3",
    "'', -1 -1 -1 3",
    "'', 1 224 224 3",
    "'', 4 224 224 3",
    "'', -1 3 224 224", // The shape shows the layout.
    "'', -1 224 224 1",
    "'', -1 1 224 224",
    "'', -1 224 224",
    "NHWC, -1 100 200 3",
    "NHWC, -1 100 200 1",
    "NHWC, -1 100 200",
    "NCHW, -1 3 100 200",
    "NCHW, -1 1 100 200",
    "NCHW, -1 100 200"
  })
  void acceptsAModelWhoseInputFitsTheManifest(String layout, String shape) {
    assertThatNoException().isThrownBy(() -> pixels(layout, shape));
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1 224 224 4",
    "'', 224 224 3",
    "NHWC, -1 200 100 3",
    "NHWC, -1 3 100 200",
    "NCHW, -1 100 200 3"
  })
  void refusesAModelWhoseInputDoesNotFitTheManifest(String layout, String shape) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> pixels(layout, shape))
        .withMessageContaining("set width, height and layout");
  }

  @ParameterizedTest
  @CsvSource({"'', -1 100 200 3", "'', -1 3 100 200"})
  void theSizeIsThatOfTheSignatureUnlessAKeySaysOtherwise(String layout, String shape)
      throws Exception {
    PixelInput input = pixels(layout, shape);

    assertThat(input.spec().shape()).contains(spec(shape).shape().orElseThrow());
  }

  @Test
  void refusesAGrayInputOfThreeChannels() {
    ModelManifest gray = manifest("flag", "GRAYSCALE");

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> PixelInput.of(DECODER, gray, spec("-1 224 224 3"), "NHWC"))
        .withMessageContaining("set width, height and layout");
  }

  @Test
  void aManifestWithoutPreprocessingKeysIsExplained() {
    assertThat(PreprocessingKeys.areIn(ModelManifest.of(Map.of()))).isFalse();
    assertThat(PreprocessingKeys.areIn(manifest("topK", "3"))).isFalse();
    assertThat(PreprocessingKeys.areIn(manifest("width", "3"))).isTrue();
    assertThat(PreprocessingKeys.missing(spec("-1 100 200 3"), false))
        .startsWith("its input is pixels, and serving.properties does not say how")
        .contains("width=200, height=100; normalize=true|MEANS,DEVIATIONS");
    assertThat(PreprocessingKeys.missing(spec("-1 -1 -1 3"), false)).contains("width=N, height=N;");
    assertThat(PreprocessingKeys.missing(TensorSpec.named("x"), false))
        .startsWith("its input (x: any type of any shape) may be pixels, and serving.properties");
    assertThat(PreprocessingKeys.missing(spec("-1 100 200 3"), true))
        .contains("width=200, height=100; toTensor=false, because its graph has a Rescaling layer");
  }

  @ParameterizedTest
  @CsvSource({
    "translatorFactory, ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory",
    "application, cv/image_classification"
  })
  void aKnownTranslatorNameImpliesDefaults(String key, String value) throws Exception {
    assertThat(PreprocessingKeys.areIn(manifest(key, value))).isTrue();
    assertThat(PixelInput.of(DECODER, manifest(key, value), spec("-1 224 224 3"), "NHWC").spec())
        .hasToString("pixels: float [-1, 224, 224, 3]");
  }

  @Test
  void anInputOfUnknownShapeIsAsUsualUnlessConfigured() throws Exception {
    TensorSpec any = TensorSpec.named("x");

    assertThat(PixelInput.of(DECODER, manifest("width", "20"), any, "NCHW").spec())
        .hasToString("x: float [-1, 3, 224, 20]");
    assertThat(PixelInput.of(DECODER, manifest("layout", "NHWC"), any, "NCHW").spec())
        .hasToString("x: float [-1, 224, 224, 3]");
  }

  @Test
  void refusesAnInvalidManifestValue() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () -> PixelInput.of(DECODER, manifest("width", "wide"), spec("-1 224 224 3"), "NHWC"))
        .withMessageStartingWith("serving.properties: ")
        .withMessageContaining("wide");
  }

  @Test
  void preparesAnImageAndRefusesAnythingElse() throws Exception {
    for (ImageInput input :
        List.of(pixels("", "-1 224 224 3"), new EncodedInput(DECODER, spec("-1")))) {
      assertThat(input.prepare(image())).isInstanceOf(input.blank().getClass());
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> input.prepare(new byte[] {1, 2, 3}));
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> input.prepare(new byte[0]));
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 2", "-1 1, '2 1'", "-1 -1, '2 1'"})
  void filesAreStringsInTheShapeOfTheInput(String shape, String sent) throws Exception {
    EncodedInput input = new EncodedInput(DECODER, spec(shape));
    byte[] image = image();

    try (ImageInput.Batch batch =
        input.batch(List.of(input.prepare(image), input.prepare(image)))) {
      assertThat(batch.tensor().shape()).isEqualTo(spec(sent).shape().orElseThrow());
      assertThat(batch.tensor().strings()).containsExactly(image, image);
    }
    assertThat(input.isDecodedInGraph()).isTrue();
  }

  @Test
  void theOnlyFileOfAScalarInputIsAScalar() throws Exception {
    EncodedInput input =
        new EncodedInput(DECODER, new TensorSpec("x", "string", Optional.of(List.of())));

    try (ImageInput.Batch batch = input.batch(List.of(input.prepare(image())))) {
      assertThat(batch.tensor().shape()).isEmpty();
    }
  }
}
