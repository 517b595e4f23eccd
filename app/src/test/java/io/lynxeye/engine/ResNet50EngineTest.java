package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.translators.TopK;
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

/** The real ResNet50 on the real TensorFlow: golden results, and both forms of the graph. */
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

  /** Probabilities as float32 TensorFlow on a CPU gave them when this test was written. */
  @ParameterizedTest
  @CsvSource({
    "lynx, 287, lynx, 0.9742",
    "wall_clock, 892, wall clock, 0.8618",
    "balloon, 417, balloon, 0.9968"
  })
  void namesTheSamples(String picture, int index, String label, float probability)
      throws Exception {
    float[] scores = EngineRing.score(pixels, EngineRing.sample(picture));

    assertThat(scores).hasSize(1000);
    assertThat(best(scores)).isEqualTo(index);
    assertThat(pixels.description().label(index)).isEqualTo(label);
    assertThat(scores[index]).isEqualTo(probability, within(0.003f));
    assertThat(sum(scores)).isEqualTo(1, within(1e-5));
  }

  @Test
  void tellsItsSignature() {
    assertThat(pixels.description().input()).isEqualTo("pixels: float [-1, 224, 224, 3]");
    assertThat(pixels.description().output()).isEqualTo("probabilities: float [-1, 1000]");
    assertThat(jpeg.description().input()).isEqualTo("image_bytes: string [-1]");
    assertThat(jpeg.description().output()).isEqualTo("probabilities: float [-1, 1000]");
    assertThat(pixels.description().labels()).hasSize(1000);
  }

  /** The graph's own JPEG decoder and resizer against ours, over shapes that crop and scale. */
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
  void bothFormsOfTheGraphAgree(int width, int height) throws Exception {
    for (String picture : List.of("lynx", "wall_clock", "balloon")) {
      byte[] variant = PictureMaker.resized(EngineRing.sample(picture), width, height);
      float[] ours = EngineRing.score(pixels, variant);
      float[] graph = EngineRing.score(jpeg, variant);

      assertThat(best(graph)).as(picture).isEqualTo(best(ours));
      assertThat(largestDifference(ours, graph)).as(picture).isLessThan(0.005f);
    }
  }

  @Test
  void decodesPicturesOfDifferentSizesInOneBatchInsideTheGraph() throws Exception {
    List<byte[]> pictures =
        List.of(
            EngineRing.sample("lynx"),
            PictureMaker.resized(EngineRing.sample("balloon"), 300, 500),
            PictureMaker.resized(EngineRing.sample("wall_clock"), 900, 400));
    List<Sample> samples = new ArrayList<>();
    for (byte[] picture : pictures) {
      samples.add(jpeg.prepare(picture));
    }

    List<ModelOutput> together = jpeg.run(samples);

    for (int i = 0; i < pictures.size(); i++) {
      float[] alone = EngineRing.score(jpeg, pictures.get(i));
      assertThat(largestDifference(alone, EngineRing.scores(together.get(i)))).isLessThan(1e-5f);
    }
  }

  @Test
  void foldingTheBatchNormChangesNothingThatMatters() throws Exception {
    try (LoadedModel unfolded =
        EngineRing.get().loader().load(EngineRing.source(EngineRing.UNFOLDED, "fp32"))) {
      for (String picture : List.of("lynx", "wall_clock", "balloon")) {
        byte[] body = EngineRing.sample(picture);
        float difference =
            largestDifference(EngineRing.score(pixels, body), EngineRing.score(unfolded, body));
        assertThat(difference).as(picture).isLessThan(5e-4f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 8})
  void scoresAPictureTheSameAloneAndInABatch(int batchSize) throws Exception {
    Sample lynx = pixels.prepare(EngineRing.sample("lynx"));
    Sample balloon = pixels.prepare(EngineRing.sample("balloon"));
    List<Sample> batch = new ArrayList<>(Collections.nCopies(batchSize, balloon));
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
    byte[] other = PictureMaker.write(PictureMaker.read(lynx), format);

    assertThat(EngineRing.score(pixels, other)).isEqualTo(EngineRing.score(pixels, lynx));
  }

  @Test
  void turnsAPictureUprightByItsExifOrientation() throws Exception {
    byte[] lynx = EngineRing.sample("lynx");
    // Orientation 8: the camera was held so that the stored picture must be turned left.
    byte[] turned = PictureMaker.write(PictureMaker.turnedRight(PictureMaker.read(lynx)), "jpeg");
    byte[] tagged = PictureMaker.withOrientation(turned, 8);

    float upright = EngineRing.score(pixels, lynx)[287];
    assertThat(EngineRing.score(pixels, tagged)[287]).isEqualTo(upright, within(0.02f));
    assertThat(EngineRing.score(pixels, turned)[287]).isLessThan(upright - 0.02f);
  }

  @Test
  void refusesATruncatedPictureInTheGraphToo() throws Exception {
    byte[] lynx = EngineRing.sample("lynx");
    Sample half = jpeg.prepare(java.util.Arrays.copyOf(lynx, lynx.length / 2));

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
