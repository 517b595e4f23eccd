package io.lynxeye.serving.rollout.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DriftTest {

  private static final int WINDOW = 200;

  private final SplittableRandom random = new SplittableRandom(4);

  private TopClass answer(int firstClass, int classes, double probability) {
    String label = "class " + (firstClass + random.nextInt(classes));
    return new TopClass(label, probability + 0.2 * random.nextDouble());
  }

  private ScoreBaseline baseline(int images, int classes) {
    List<TopClass> answers = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      answers.add(answer(0, classes, 0.7));
    }
    return ScoreBaseline.of(answers);
  }

  private DriftReading after(Drift drift, int images, int firstClass, double probability) {
    for (int i = 0; i < images; i++) {
      drift.add(answer(firstClass, 50, probability));
    }
    return drift.reading();
  }

  @Test
  void ordinaryAnswersAreNoAlarm() {
    DriftReading reading = after(new Drift(baseline(2_000, 50), WINDOW), WINDOW, 0, 0.7);

    assertThat(reading.images()).isEqualTo(WINDOW);
    assertThat(reading.classShift()).isBetween(0.0, reading.classLimit());
    assertThat(reading.probabilityShift()).isBetween(0.0, reading.probabilityLimit());
    assertThat(reading.isAlarm()).isFalse();
  }

  @Test
  void nothingIsSaidBeforeTheWindowIsFull() {
    DriftReading reading = after(new Drift(baseline(2_000, 50), WINDOW), WINDOW - 1, 900, 0);

    assertThat(reading.images()).isEqualTo(WINDOW - 1);
    assertThat(reading.classShift()).isNaN();
    assertThat(reading.isAlarm()).isFalse();
  }

  @Test
  void otherClassesAndLowerProbabilitiesAreAnAlarmUntilTheyHaveLeftTheWindow() {
    Drift drift = new Drift(baseline(2_000, 50), WINDOW);
    after(drift, WINDOW, 0, 0.7);
    DriftReading classes = after(drift, WINDOW / 2, 900, 0.7);
    DriftReading back = after(drift, WINDOW, 0, 0.7);
    DriftReading probabilities = after(drift, WINDOW / 2, 0, 0.6);

    assertThat(classes.classShift()).isGreaterThan(classes.classLimit());
    assertThat(classes.probabilityShift()).isLessThan(classes.probabilityLimit());
    assertThat(back.isAlarm()).isFalse();
    assertThat(probabilities.classShift()).isLessThan(probabilities.classLimit());
    assertThat(probabilities.probabilityShift()).isGreaterThan(probabilities.probabilityLimit());
  }

  @Test
  void theWindowCountsItsOwnAnswersOnly() {
    Drift drift = new Drift(baseline(2_000, 50), WINDOW);
    after(drift, 3 * WINDOW + 7, 900, 0);
    Drift same = new Drift(baseline(2_000, 50), 1);

    assertThat(after(drift, WINDOW, 0, 0.7).isAlarm()).isFalse();
    assertThat(after(same, 5, 0, 0.7).images()).isEqualTo(1);
    assertThatThrownBy(() -> new Drift(baseline(2_000, 50), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Otherwise, of 20,000 classes each new one would look like drift. */
  @Test
  void classesThatWereNeverSeenAreExpectedAsOftenAsTheyCame() {
    ScoreBaseline baseline = baseline(2_000, 20_000);
    Drift drift = new Drift(baseline, WINDOW);
    for (int i = 0; i < WINDOW; i++) {
      drift.add(answer(0, 20_000, 0.7));
    }

    assertThat(baseline.classes().get(baseline.classes().size() - 1)).isGreaterThan(900);
    assertThat(drift.reading().isAlarm()).isFalse();
  }

  @Test
  void seriesOfOneClassMakeTheLimitWider() {
    List<TopClass> series = new ArrayList<>();
    TopClass last = answer(0, 50, 0.7);
    for (int i = 0; i < 2_000; i++) {
      last = random.nextInt(5) == 0 ? answer(0, 50, 0.7) : last;
      series.add(last);
    }
    ScoreBaseline baseline = ScoreBaseline.of(series);

    // The variance of a mean grows by (1 + r) / (1 - r) = 9, with a correlation r of 0.8.
    assertThat(baseline.classSpread()).isBetween(6.0, 12.0);
    assertThat(baseline(2_000, 50).classSpread()).isBetween(1.0, 1.4);
    assertThat(new Drift(baseline, WINDOW).reading().classLimit())
        .isGreaterThan(4 * new Drift(baseline(2_000, 50), WINDOW).reading().classLimit());
  }

  @Test
  void outputsThatAreAllAlikeHaveOneGroup() {
    List<TopClass> same = new ArrayList<>();
    for (int i = 0; i < ScoreBaseline.MIN_IMAGES; i++) {
      same.add(new TopClass("only", 1));
    }
    ScoreBaseline baseline = ScoreBaseline.of(same);
    Drift drift = new Drift(baseline, 10);
    same.subList(0, 10).forEach(drift::add);

    assertThat(baseline.images()).isEqualTo(ScoreBaseline.MIN_IMAGES / 2);
    assertThat(baseline.probabilities()).hasSize(1);
    assertThat(drift.reading().isAlarm()).isFalse();
  }

  @Test
  void fewAnswersAndContradictionsAreRefused() {
    List<TopClass> few = List.of(new TopClass("lynx", 1));
    assertThatThrownBy(() -> ScoreBaseline.of(few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A baseline takes at least 400 images, and there are 1.");

    Map<String, Integer> groups = Map.of("lynx", 0);
    List<Long> counts = List.of(3L, 1L);
    List<Double> edges = List.of(0.5);
    new ScoreBaseline(groups, counts, edges, counts, 1, 1);
    for (Runnable wrong :
        new Runnable[] {
          () -> new ScoreBaseline(Map.of("lynx", 1), counts, edges, counts, 1, 1),
          () -> new ScoreBaseline(groups, counts, List.of(), counts, 1, 1),
          () -> new ScoreBaseline(groups, counts, edges, List.of(1L, 1L), 1, 1),
          () -> new ScoreBaseline(groups, List.of(5L, -1L), edges, counts, 1, 1),
          () -> new ScoreBaseline(groups, counts, edges, counts, 0.5, 1),
        }) {
      assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
