package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.postprocess.TopK;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden results of the real ResNet50 on TensorFlow, and the equality of both graph variants. */
@Tag("engine")
class ResNet50EngineTest {

  private static LoadedModel pixels;
  private static LoadedModel jpeg;

  @BeforeAll
  static void load() throws Exception {
    EngineRing ring = EngineRing.get();
    pixels = ring.loader().load(EngineRing.source(EngineRing.PIXELS, "fp32"));
    jpeg = ring.loader().load(EngineRing.source(EngineRing.JPEG, "fp32"));
  }

  @AfterAll
  static void close() {
    pixels.close();
    jpeg.close();
  }

  /** Probabilities that TensorFlow on a CPU computed in float32 when this test was written. */
  @ParameterizedTest
  @CsvSource({
    "lynx, 287, lynx, 0.9742",
    "wall_clock, 892, wall clock, 0.8618",
    "balloon, 417, balloon, 0.9968"
  })
  void classifiesTheSamples(String image, int index, String label, float probability)
      throws Exception {
    float[] scores = EngineRing.score(pixels, EngineRing.sample(image));

    assertThat(scores).hasSize(1000);
    assertThat(best(scores)).isEqualTo(index);
    assertThat(pixels.description().label(index)).isEqualTo(label);
    assertThat(scores[index]).isEqualTo(probability, within(0.003f));
    assertThat(sum(scores)).isEqualTo(1, within(1e-5));
  }

  @Test
  void describesItsSignature() {
    assertThat(pixels.description().input()).isEqualTo("pixels: float [-1, 224, 224, 3]");
    assertThat(pixels.description().output()).isEqualTo("probabilities: float [-1, 1000]");
    assertThat(jpeg.description().input()).isEqualTo("image_bytes: string [-1]");
    assertThat(jpeg.description().output()).isEqualTo("probabilities: float [-1, 1000]");
    assertThat(pixels.description().labels()).hasSize(1000);
  }

  /** Compares the graph's JPEG decoder and resizer with ours, on images of several sizes. */
  @ParameterizedTest
  @CsvSource({
    "640, 640",
    "220, 165",
    "1280, 960",
    "301, 777",
    "224, 224",
    "256, 300",
    "64, 48",
    "2000, 333"
  })
  void bothVariantsOfTheGraphAgree(int width, int height) throws Exception {
    for (String image : List.of("lynx", "wall_clock", "balloon")) {
      byte[] variant = ImageMaker.resized(EngineRing.sample(image), width, height);
      float[] ours = EngineRing.score(pixels, variant);
      float[] graph = EngineRing.score(jpeg, variant);

      assertThat(best(graph)).as(image).isEqualTo(best(ours));
      assertThat(largestDifference(ours, graph)).as(image).isLessThan(0.005f);
    }
  }

  @Test
  void decodesImagesOfDifferentSizesInOneBatchInsideTheGraph() throws Exception {
    List<byte[]> images =
        List.of(
            EngineRing.sample("lynx"),
            ImageMaker.resized(EngineRing.sample("balloon"), 300, 500),
            ImageMaker.resized(EngineRing.sample("wall_clock"), 900, 400));
    List<PreparedInput> samples = new ArrayList<>();
    for (byte[] image : images) {
      samples.add(jpeg.prepare(image));
    }

    List<ModelOutput> together = jpeg.run(samples);

    for (int i = 0; i < images.size(); i++) {
      float[] alone = EngineRing.score(jpeg, images.get(i));
      assertThat(largestDifference(alone, EngineRing.scores(together.get(i)))).isLessThan(1e-5f);
    }
  }

  @Test
  void foldingTheBatchNormHardlyChangesTheScores() throws Exception {
    try (LoadedModel unfolded =
        EngineRing.get().loader().load(EngineRing.source(EngineRing.UNFOLDED, "fp32"))) {
      for (String image : List.of("lynx", "wall_clock", "balloon")) {
        byte[] body = EngineRing.sample(image);
        float difference =
            largestDifference(EngineRing.score(pixels, body), EngineRing.score(unfolded, body));
        assertThat(difference).as(image).isLessThan(5e-4f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 8})
  void scoresAnImageTheSameAloneAndInABatch(int batchSize) throws Exception {
    PreparedInput lynx = pixels.prepare(EngineRing.sample("lynx"));
    PreparedInput balloon = pixels.prepare(EngineRing.sample("balloon"));
    List<PreparedInput> batch = new ArrayList<>(Collections.nCopies(batchSize, balloon));
    batch.set(batchSize / 2, lynx);

    List<float[]> rows = pixels.run(batch).stream().map(EngineRing::scores).toList();

    float[] alone = EngineRing.scores(pixels.run(List.of(lynx)).get(0));
    assertThat(rows).hasSize(batchSize);
    assertThat(largestDifference(alone, rows.get(batchSize / 2))).isLessThan(1e-5f);
    assertThat(best(rows.get(0))).isEqualTo(417);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void scoresTheSamePixelsTheSameInAnyLosslessFormat(String format) throws Exception {
    byte[] lynx = EngineRing.sample("lynx");
    byte[] other = ImageMaker.write(ImageMaker.read(lynx), format);

    assertThat(EngineRing.score(pixels, other)).isEqualTo(EngineRing.score(pixels, lynx));
  }

  @Test
  void appliesTheExifOrientation() throws Exception {
    byte[] lynx = EngineRing.sample("lynx");
    // Orientation 8: the stored image must be rotated by 90 degrees counterclockwise.
    byte[] turned = ImageMaker.write(ImageMaker.turnedRight(ImageMaker.read(lynx)), "jpeg");
    byte[] tagged = ImageMaker.withOrientation(turned, 8);

    float upright = EngineRing.score(pixels, lynx)[287];
    assertThat(EngineRing.score(pixels, tagged)[287]).isEqualTo(upright, within(0.02f));
    assertThat(EngineRing.score(pixels, turned)[287]).isLessThan(upright - 0.02f);
  }

  @Test
  void refusesATruncatedImageInTheGraphToo() throws Exception {
    byte[] lynx = EngineRing.sample("lynx");
    PreparedInput half = jpeg.prepare(java.util.Arrays.copyOf(lynx, lynx.length / 2));

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> jpeg.run(List.of(half)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("could not decode");
    assertThat(best(EngineRing.score(jpeg, lynx))).isEqualTo(287);
  }

  private static int best(float[] scores) {
    return TopK.indices(scores, 0, scores.length, 1)[0];
  }

  private static double sum(float[] scores) {
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return sum;
  }

  private static float largestDifference(float[] a, float[] b) {
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
