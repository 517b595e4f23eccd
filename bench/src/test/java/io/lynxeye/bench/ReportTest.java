package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private final Figures figures = new Figures();

  @Test
  void ratiosComeFirstWithTheirBounds() {
    figures.add("engine.b8.c2.images_per_s", 7.5);
    figures.add("engine.best.images_per_s", 7.5);

    String text = report(List.of(Verdict.atLeast(0.92, "serving efficiency", 0.95)));

    assertThat(text)
        .startsWith("- machine: this one\n")
        .contains("| serving efficiency | 0.95 | >= 0.92 | met | 0.95 .. 0.95 |")
        .contains("| 8 | 2 | 7.50 |")
        .doesNotContain("| est");
    assertThat(text.indexOf("Ratios")).isLessThan(text.indexOf("Engine alone"));
  }

  @Test
  void responsesAreCountedOverAllRounds() {
    figures.add("open.300.offered_per_s", 24.0);
    figures.add("open.300.status_0", 1L);
    figures.add("open.300.status_200", 50L);
    figures.add("open.300.status_200", 60L);

    assertThat(report(List.of())).contains("none: 1, 200: 110");
  }

  @Test
  void partsThatWereNotMeasuredHaveNoTable() {
    assertThat(report(List.of(Verdict.atMost(2, "tail")))).isEqualTo("- machine: this one\n");
  }

  private String report(List<Verdict> verdicts) {
    return new Report(figures, List.of()).markdown(List.of("machine: this one"), verdicts);
  }
}
