package io.lynxeye.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeviceFiguresTest {

  private static DeviceFigures with(Map<String, float[]> scores) {
    return new DeviceFigures(
        "CPU", "fp32", scores, 4, new TreeMap<>(Map.of(1, 10.0, 8, 500.0, 32, 400.0)));
  }

  @Test
  void theBestBatchSizeIsTheFastest() {
    DeviceFigures figures = with(Map.of());

    assertThat(figures.bestBatch()).isEqualTo(8);
    assertThat(figures.best()).isEqualTo(500);
  }

  @Test
  void decodingForTheFastestBatchIsExpressedInCores() {
    assertThat(with(Map.of()).coresToDecode()).isEqualTo(2); // 500/s, 4 ms each.
  }

  @Test
  void imagesWithAnotherBestClassDiffer() {
    DeviceFigures cpu = with(Map.of("a", new float[] {0.6f, 0.4f}, "b", new float[] {0.9f, 0.1f}));
    DeviceFigures gpu = with(Map.of("a", new float[] {0.4f, 0.6f}, "b", new float[] {0.8f, 0.2f}));

    assertThat(cpu.differing(gpu)).containsExactly("a");
    assertThat(cpu.differing(cpu)).isEmpty();
  }

  @Test
  void theLargestDifferenceIsThatOfAllScores() {
    DeviceFigures cpu = with(Map.of("a", new float[] {0.6f, 0.4f}, "b", new float[] {0.9f, 0.1f}));
    DeviceFigures gpu = with(Map.of("a", new float[] {0.6f, 0.4f}, "b", new float[] {0.9f, 0.4f}));

    assertThat(cpu.largestDifference(gpu)).isEqualTo(0.3, within(1e-6));
  }
}
