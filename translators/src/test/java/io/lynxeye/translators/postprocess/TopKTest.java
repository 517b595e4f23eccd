package io.lynxeye.translators.postprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopKTest {

  @Test
  void bestComesFirst() {
    assertThat(TopK.indices(new float[] {0.1f, 0.7f, 0.2f}, 0, 3, 2)).containsExactly(1, 2);
  }

  @Test
  void equalScoresAreOrderedByIndex() {
    assertThat(TopK.indices(new float[] {1, 2, 2, 1, 2, 1}, 0, 6, 5))
        .containsExactly(1, 2, 4, 0, 3);
  }

  @Test
  void nanIsWorseThanAnyNumber() {
    float[] scores = {Float.NaN, Float.NEGATIVE_INFINITY, Float.NaN, 0};

    assertThat(TopK.indices(scores, 0, 4, 4)).containsExactly(3, 1, 0, 2);
  }

  @Test
  void oneRowOfABatchIsRead() {
    assertThat(TopK.indices(new float[] {9, 1, 2, 3, 9}, 1, 3, 2)).containsExactly(2, 1);
  }

  @Test
  void kIsClamped() {
    assertThat(TopK.indices(new float[] {1, 2}, 0, 2, 10)).containsExactly(1, 0);
    assertThat(TopK.indices(new float[] {1, 2}, 0, 2, 0)).isEmpty();
    assertThat(TopK.indices(new float[] {1, 2}, 0, 2, -1)).isEmpty();
    assertThat(TopK.indices(new float[0], 0, 0, 3)).isEmpty();
  }

  @Test
  void agreesWithAFullSort() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      float[] scores = new float[1 + random.nextInt(300)];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(40);
      }
      int k = random.nextInt(scores.length + 1);
      int[] sorted =
          IntStream.range(0, scores.length)
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -scores[i]).thenComparing(i -> i))
              .limit(k)
              .mapToInt(i -> i)
              .toArray();

      assertThat(TopK.indices(scores, 0, scores.length, k)).containsExactly(sorted);
    }
  }
}
