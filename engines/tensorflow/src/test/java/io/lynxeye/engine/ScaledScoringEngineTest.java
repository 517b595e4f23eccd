package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.postprocess.TopK;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scaled decoding hardly changes ResNet50's scores compared with full decoding by the JDK. */
@Tag("engine")
class ScaledScoringEngineTest {

  private static final double TINY_MARGIN = 0.02;

  /** Width and height: every ratio, some with a remainder, and sizes that are cropped a lot. */
  private static final int[][] SIZES = {
    {513, 640}, {1023, 777}, {1100, 1300}, {2049, 2200}, {4100, 4097}, {2400, 900}
  };

  private static LoadedModel reference;
  private static LoadedModel scaled;

  @BeforeAll
  static void load() throws Exception {
    EngineRing ring = EngineRing.get();
    EngineConfig config =
        new EngineConfig(DeviceChoice.parse("auto"), UserFolders.ofThisUser(), 0, 0);
    ImageDecoder jdk = new ImageDecoder(DecodeLimits.defaults());
    reference =
        new EngineLoader(ring.engine(), config, jdk).load(EngineRing.source(EngineRing.PIXELS));
    scaled = ring.loader().load(EngineRing.source(EngineRing.PIXELS));
  }

  @AfterAll
  static void close() {
    reference.close();
    scaled.close();
  }

  private static List<byte[]> inputs() {
    List<byte[]> inputs = new ArrayList<>();
    for (String name : List.of("lynx", "wall_clock", "balloon")) {
      for (int i = 0; i < SIZES.length; i++) {
        byte[] jpeg = ImageMaker.resized(EngineRing.sample(name), SIZES[i][0], SIZES[i][1]);
        inputs.add(jpeg);
        if (i % 2 == 0) {
          inputs.add(ImageMaker.withOrientation(jpeg, 3 + i));
        }
      }
    }
    return inputs;
  }

  @Test
  void theBestClassStaysAndItsProbabilityHardlyChanges() throws Exception {
    List<byte[]> inputs = inputs();
    double changes = 0;
    for (byte[] input : inputs) {
      float[] expected = EngineRing.score(reference, input);
      float[] actual = EngineRing.score(scaled, input);
      int[] best = TopK.indices(expected, 0, expected.length, 2);
      if (expected[best[0]] - expected[best[1]] > TINY_MARGIN) {
        assertThat(TopK.indices(actual, 0, actual.length, 1)).containsExactly(best[0]);
      }
      changes += Math.abs(expected[best[0]] - actual[best[0]]);
    }
    assertThat(inputs).hasSize(27);
    assertThat(changes / inputs.size()).isLessThan(0.01);
  }

  /** Buffers are reused without being cleared. */
  @Test
  void aReusedBufferHasNoPixelsOfThePreviousImage() throws Exception {
    float[] first = released("lynx");
    released("balloon");

    assertThat(released("lynx")).isEqualTo(first);
  }

  private static float[] released(String name) throws Exception {
    PreparedInput sample = scaled.prepare(EngineRing.sample(name));
    List<ModelOutput> outputs = scaled.run(List.of(sample));
    sample.release();
    sample.release(); // A second release must not hand the buffer out twice.
    return EngineRing.scores(outputs.get(0));
  }
}
