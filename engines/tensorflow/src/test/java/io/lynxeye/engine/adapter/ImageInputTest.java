package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversion of request bodies to prepared inputs. Creates no tensors, so needs no TensorFlow. */
class InputAdapterTest {

  private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.defaults());

  private static byte[] image() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_3BYTE_BGR), "jpeg", out);
    return out.toByteArray();
  }

  private static List<Long> shape(String sizes) {
    return List.of(sizes.split(" ")).stream().map(Long::valueOf).toList();
  }

  private static InputAdapter pixels(String layout, String shape) throws ModelLoadException {
    Map<String, String> manifest =
        layout.isEmpty()
            ? Map.of("normalize", "true")
            : Map.of("layout", layout, "width", "200", "height", "100");
    return PixelInput.of(DECODER, ModelManifest.of(manifest), shape(shape));
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1 224 224 3",
    "'', -1 -1 -1 3",
    "'', 1 224 224 3",
    "NHWC, -1 100 200 3",
    "NCHW, -1 3 100 200"
  })
  void acceptsAModelWhoseInputFitsTheManifest(String layout, String shape) {
    assertThatNoException().isThrownBy(() -> pixels(layout, shape));
  }

  @ParameterizedTest
  @CsvSource({
    "'', -1 299 299 3",
    "'', -1 224 224 1",
    "'', -1 3 224 224",
    "'', 224 224 3",
    "NHWC, -1 200 100 3",
    "NCHW, -1 100 200 3"
  })
  void refusesAModelWhoseInputDoesNotFitTheManifest(String layout, String shape) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> pixels(layout, shape))
        .withMessageContaining("set width, height and layout");
  }

  @Test
  void refusesAManifestWithoutPreprocessingKeys() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> PixelInput.of(DECODER, ModelManifest.of(Map.of()), shape("-1 100 200 3")))
        .withMessageStartingWith("its input is pixels, and serving.properties does not say how")
        .withMessageContaining("width=200, height=100; normalize=true|MEANS,DEVIATIONS");
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> PixelInput.ofUnknownShape(DECODER, ModelManifest.of(Map.of("topK", "3"))))
        .withMessageContaining("width=N, height=N;");
  }

  @ParameterizedTest
  @CsvSource({
    "translatorFactory, ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory",
    "application, cv/image_classification"
  })
  void aKnownTranslatorNameImpliesDefaults(String key, String value) {
    assertThatNoException()
        .isThrownBy(
            () ->
                PixelInput.of(
                    DECODER, ModelManifest.of(Map.of(key, value)), shape("-1 224 224 3")));
  }

  @Test
  void anInputOfUnknownShapeIsChannelsFirstUnlessConfigured() throws Exception {
    assertThat(PixelInput.ofUnknownShape(DECODER, manifest("width", "20")).describe())
        .isEqualTo("float [-1, 3, 224, 20]");
    assertThat(PixelInput.ofUnknownShape(DECODER, manifest("layout", "NHWC")).describe())
        .isEqualTo("float [-1, 224, 224, 3]");
  }

  private static ModelManifest manifest(String key, String value) {
    return ModelManifest.of(Map.of(key, value));
  }

  @Test
  void refusesAnInvalidManifestValue() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () ->
                PixelInput.of(
                    DECODER, ModelManifest.of(Map.of("width", "wide")), shape("-1 224 224 3")))
        .withMessageStartingWith("serving.properties: ")
        .withMessageContaining("wide");
  }

  @Test
  void preparesAnImageAndRefusesAnythingElse() throws Exception {
    for (InputAdapter input : List.of(pixels("", "-1 224 224 3"), new EncodedInput(DECODER))) {
      assertThat(input.prepare(image())).isInstanceOf(input.blank().getClass());
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> input.prepare(new byte[] {1, 2, 3}));
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> input.prepare(new byte[0]));
    }
  }
}
