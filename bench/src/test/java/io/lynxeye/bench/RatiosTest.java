package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Verdict;
import org.junit.jupiter.api.Test;

class RatiosTest {

  private final Figures figures = new Figures();

  @Test
  void theIdealIsTheEngineAndDecodingOnAllCores() {
    figures.add("engine.as_served.images_per_s", 40.0); // 25 ms
    figures.add("decode.lynx.ms", 10.0); // 5 ms on each of two cores

    assertThat(new Ratios(figures, 2).ideal()[0]).isCloseTo(1000.0 / 30, within(1e-9));
  }

  @Test
  void theServingEfficiencyIsRelativeToTheIdeal() {
    figures.add("engine.as_served.images_per_s", 40.0);
    figures.add("decode.lynx.ms", 10.0);
    figures.add("closed.32.images_per_s", 30.0);

    Verdict efficiency = verdict("serving efficiency");
    assertThat(efficiency.median()).isCloseTo(0.9, within(1e-9));
    assertThat(efficiency.word()).isEqualTo("MISSED");
  }

  @Test
  void oneClientIsComparedWithDecodeAndABatchOfOne() {
    figures.add("decode.lynx.ms", 10.0);
    figures.add("engine.b1.ms", 30.0);
    figures.add("closed.1.p50_ms", 44.0);

    Verdict one = verdict("one client");
    assertThat(one.median()).isCloseTo(1.1, within(1e-9));
    assertThat(one.word()).isEqualTo("met");
  }

  @Test
  void goodputUnderOverloadIsComparedWithTheBestOfTheRound() {
    figures.add("closed.32.images_per_s", 30.0);
    figures.add("closed.128.images_per_s", 32.0);
    figures.add("open.300.goodput_per_s", 24.0);

    assertThat(verdict("goodput at 300 %").median()).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void goodputIsComparedWithTheMeasuredPartOfThePeak() {
    figures.add("closed.32.images_per_s", 30.0);
    figures.add("open.300.goodput_per_s", 24.0);

    assertThat(verdict("goodput at 300 %").median()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void aFailureUnderOverloadIsAMiss() {
    figures.add("open.300.failed", 1L);

    assertThat(verdict("requests neither scored nor refused").word()).isEqualTo("MISSED");
  }

  @Test
  void ratiosWithoutFiguresAreNotMeasured() {
    assertThat(new Ratios(figures, 2).all()).noneMatch(Verdict::isMeasured);
  }

  private Verdict verdict(String name) {
    return new Ratios(figures, 2)
        .all().stream().filter(v -> v.name().startsWith(name)).findFirst().orElseThrow();
  }
}
