package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void theMedianIsComparedWithTheBound() {
    assertThat(Verdict.atLeast(0.92, "tax", 0.5, 0.93, 0.95).word()).isEqualTo("met");
    assertThat(Verdict.atLeast(0.92, "tax", 0.91, 0.91, 0.99).word()).isEqualTo("MISSED");
    assertThat(Verdict.atMost(2, "tail", 1.9, 2.0, 5).word()).isEqualTo("met");
    assertThat(Verdict.atMost(2, "tail", 2.1).word()).isEqualTo("MISSED");
  }

  @Test
  void withoutFiguresABoundIsNeitherMetNorMissed() {
    assertThat(Verdict.atMost(2, "tail").isMeasured()).isFalse();
    assertThat(Verdict.atMost(2, "tail").word()).isEmpty();
  }

  @Test
  void withoutABoundThereIsNoVerdict() {
    assertThat(Verdict.shown("other", 1, 2, 3).word()).isEmpty();
    assertThat(Verdict.shown("other", 1, 2, 3).boundText()).isEmpty();
  }

  @Test
  void boundsAndRangesAreText() {
    assertThat(Verdict.atLeast(0.92, "tax", 0.9, 0.951, 12.34).boundText()).isEqualTo(">= 0.92");
    assertThat(Verdict.atMost(2, "tail", 1).boundText()).isEqualTo("<= 2");
    assertThat(Verdict.atLeast(0.92, "tax", 0.951, 0.9, 12.34).range()).isEqualTo("0.90 .. 12.3");
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(Verdict.number(1234.56)).isEqualTo("1235");
    assertThat(Verdict.number(12.345)).isEqualTo("12.3");
    assertThat(Verdict.number(0.4567)).isEqualTo("0.46");
    assertThat(Verdict.number(7)).isEqualTo("7");
    assertThat(Verdict.number(Double.NaN)).isEqualTo("-");
  }
}
