package io.lynxeye.translators.postprocess;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  private static final Offset<Float> ROUNDING = Offset.offset(1e-6f);

  @Test
  void logitsAreConvertedToProbabilities() {
    float[] values = {0, (float) Math.log(3)};

    Softmax.inPlace(values, 0, 2);

    assertThat(values).containsExactly(new float[] {0.25f, 0.75f}, ROUNDING);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    float[] values = {1e30f, 1e30f, -1e30f};

    Softmax.inPlace(values, 0, 3);

    assertThat(values).containsExactly(0.5f, 0.5f, 0f);
  }

  @Test
  void onlyOneRowOfABatchIsChanged() {
    float[] values = {7, 1, 1, 7};

    Softmax.inPlace(values, 1, 2);

    assertThat(values).containsExactly(7, 0.5f, 0.5f, 7);
  }

  @Test
  void nanMakesAllNan() {
    float[] values = {1, Float.NaN};

    Softmax.inPlace(values, 0, 2);

    assertThat(values).containsExactly(Float.NaN, Float.NaN);
  }
}
