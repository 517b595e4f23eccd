package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

  private final Figures figures = new Figures();

  @Test
  void combinesValuesOfTheSameRound() {
    figures.add("served", 9.0);
    figures.add("served", 1.0);
    figures.add("ideal", 10.0);
    figures.add("ideal", 2.0);
    figures.add("ideal", 7.0);

    assertThat(figures.combined("served", "ideal", (a, b) -> a / b)).containsExactly(0.9, 0.5);
  }

  @Test
  void theLastValueIsThatOfTheLastRound() {
    assertThat(figures.last("served")).isEmpty();

    figures.add("served", 9.0);
    figures.add("served", 1.0);

    assertThat(figures.last("served")).contains(1.0);
  }
}
