package io.lynxeye.serving.rollout.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final Thresholds RULE = new Thresholds(500, 0.95, 1.5, 0.01);

  /** Inputs of which every n-th differs or fails (0: none), and the ratio of all their times. */
  private static Evidence evidence(int images, int differs, int fails, double ratio) {
    Evidence evidence = Evidence.none();
    for (int i = 1; i <= images; i++) {
      String label = differs > 0 && i % differs == 0 ? "cat" : "lynx";
      evidence =
          evidence.plus(
              new Comparison(
                  new TopClass("lynx", 0.95),
                  fails > 0 && i % fails == 0
                      ? Optional.empty()
                      : Optional.of(new TopClass(label, 0.9)),
                  OptionalDouble.of(ratio)));
    }
    return evidence;
  }

  private static Finding finding(Verdict verdict, String measure) {
    return verdict.findings().stream()
        .filter(finding -> finding.measure().equals(measure))
        .findFirst()
        .orElseThrow();
  }

  private static Finding finding(Evidence evidence, String measure) {
    return finding(Judge.judge(evidence, RULE), measure);
  }

  @Test
  void aGoodCandidatePassesOnceEnoughImagesWereCompared() {
    assertThat(Judge.judge(evidence(499, 100, 0, 1), RULE).decision())
        .isEqualTo(Decision.UNDECIDED);
    assertThat(Judge.judge(evidence(500, 100, 0, 1), RULE).decision()).isEqualTo(Decision.PASS);
  }

  @Test
  void nothingIsDecidedWithoutImages() {
    Verdict verdict = Judge.judge(Evidence.none(), new Thresholds(0, 0, 1.5, 1));

    assertThat(verdict.decision()).isEqualTo(Decision.UNDECIDED);
    assertThat(verdict.findings()).allMatch(finding -> finding.images() == 0);
    assertThat(verdict.summary()).isEqualTo("UNDECIDED: nothing compared yet");
    assertThat(Judge.imagesToDecide(Evidence.none(), RULE)).isEmpty();
  }

  /** The answer, and one image less, against evidence that was really collected. */
  @Test
  void saysHowManyImagesLikeThoseSoFarDecide() {
    assertThat(Judge.imagesToDecide(evidence(100, 0, 0, 1), RULE)).hasValue(500);

    long needed = Judge.imagesToDecide(evidence(100, 25, 0, 1), RULE).orElseThrow();
    int rounded = (int) (needed / 25 * 25);
    assertThat(Judge.judge(evidence(rounded + 25, 25, 0, 1), RULE).decision())
        .isEqualTo(Decision.PASS);
    assertThat(Judge.judge(evidence(rounded - 50, 25, 0, 1), RULE).decision())
        .isEqualTo(Decision.UNDECIDED);
  }

  @Test
  void noNumberOfImagesDecidesAFigureThatIsItsLimit() {
    Evidence atTheLimit = evidence(100, 20, 0, 1); // 95 % agree.

    assertThat(Judge.imagesToDecide(atTheLimit, RULE)).isEmpty();
  }

  @Test
  void aCandidateThatNeverAgreesFailsAfterThreeImages() {
    Verdict verdict = Judge.judge(evidence(3, 1, 0, 1), RULE);

    assertThat(Judge.judge(evidence(2, 1, 0, 1), RULE).decision()).isEqualTo(Decision.UNDECIDED);
    assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
    assertThat(finding(verdict, "agreement").decision()).isEqualTo(Decision.FAIL);
    assertThat(finding(verdict, "error_rate").decision()).isEqualTo(Decision.UNDECIDED);
  }

  @Test
  void aCandidateAtTheLimitOfAgreementStaysUndecided() {
    Finding agreement = finding(evidence(10_000, 20, 0, 1), "agreement");

    assertThat(agreement.value()).isEqualTo(0.95);
    assertThat(agreement.decision()).isEqualTo(Decision.UNDECIDED);
    assertThat(agreement.low()).isCloseTo(0.9425, within(0.003));
    assertThat(agreement.high()).isCloseTo(0.9585, within(0.003));
  }

  @Test
  void aCandidateThatFailsOnEveryFifthImageFailsByItsErrors() {
    Verdict verdict = Judge.judge(evidence(30, 0, 5, 1), RULE);

    assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
    assertThat(finding(verdict, "error_rate").decision()).isEqualTo(Decision.FAIL);
    assertThat(finding(verdict, "agreement").value()).isEqualTo(1);
  }

  @Test
  void aCandidateThatAlwaysFailsHasNoAgreement() {
    Verdict verdict = Judge.judge(evidence(10, 0, 1, 1), RULE);

    assertThat(verdict.decision()).isEqualTo(Decision.FAIL);
    assertThat(finding(verdict, "agreement").value()).isNaN();
    assertThat(verdict.summary()).startsWith("FAIL: error_rate 1 (").doesNotContain("agreement");
  }

  @Test
  void errorsAboveTheLimitDoNotPass() {
    assertThat(finding(evidence(1_000, 0, 100, 1), "error_rate").decision())
        .isEqualTo(Decision.PASS);
    assertThat(finding(evidence(1_000, 0, 90, 1), "error_rate").decision())
        .isEqualTo(Decision.UNDECIDED);
  }

  @Test
  void aCandidateThatTakesTwiceAsLongFails() {
    assertThat(Judge.judge(evidence(20, 0, 0, 2), RULE).decision()).isEqualTo(Decision.FAIL);
    Finding latency = finding(evidence(20, 0, 0, 2), "latency_ratio");

    assertThat(latency.value()).isCloseTo(2, within(0.02));
    assertThat(latency.low()).isBetween(1.98, 2.0);
    assertThat(latency.high()).isBetween(2.0, 2.02);
    assertThat(latency.images()).isEqualTo(20);
  }

  @Test
  void aCandidateWithoutTimesDoesNotPass() {
    Evidence timed = evidence(600, 0, 0, 1);
    Evidence untimed =
        new Evidence(
            600,
            0,
            600,
            600,
            600,
            timed.changeSum(),
            timed.changes(),
            Map.of("0", 19L),
            timed.servingClasses(),
            timed.candidateClasses(),
            McNemar.NONE,
            Evidence.Callers.NONE);

    assertThat(Judge.judge(timed, RULE).decision()).isEqualTo(Decision.PASS);
    assertThat(Judge.judge(untimed, RULE).decision()).isEqualTo(Decision.UNDECIDED);
  }

  @Test
  void theMedianAndItsBoundsComeFromTheOrderOfTheRatios() {
    MedianRatio median =
        MedianRatio.of(Map.of("-10", 50L, "0", 1L, "10", 50L), Judge.STOP_ALPHA, 0.05);

    assertThat(median.value()).isBetween(1.0, 1.01);
    assertThat(median.low()).isCloseTo(Math.pow(1.01, -10), within(1e-12));
    assertThat(median.high()).isCloseTo(Math.pow(1.01, 11), within(1e-12));
    assertThat(MedianRatio.of(Map.of("5", 3L), 0.01, 0.01))
        .isEqualTo(
            new MedianRatio(
                (Math.pow(1.01, 5) + Math.pow(1.01, 6)) / 2, 0, Double.POSITIVE_INFINITY, 3));
  }

  /** The upper edge: changes are counted in hundredths, 0.05 in "0.05 to 0.06" by its rounding. */
  @Test
  void theChangeOfTheTopProbabilityIsItsMeanAndTheSizeThatFewExceed() {
    Evidence evidence = Evidence.none();
    for (int i = 0; i < 100; i++) {
      double candidate = i < 5 ? 0.3 : i < 50 ? 0.875 : 0.925;
      evidence =
          evidence.plus(
              EvidenceTest.compared(new TopClass("lynx", 0.9), new TopClass("lynx", candidate)));
    }

    assertThat(finding(evidence, "top_probability_change").value())
        .isCloseTo((-5 * 0.6 - 45 * 0.025 + 50 * 0.025) / 100, within(1e-12));
    assertThat(finding(evidence, "top_probability_change_p95").value()).isEqualTo(0.03);
  }

  @Test
  void manyClassesAndFewImagesOfAGoodCandidateDoNotLookShifted() {
    SplittableRandom random = new SplittableRandom(3);
    Evidence evidence = Evidence.none();
    for (int i = 0; i < 500; i++) {
      assertThat(finding(evidence, "class_shift").value() > 0.1).as("after %d", i).isFalse();
      String serving = Integer.toString(random.nextInt(1_000));
      String candidate =
          random.nextInt(100) < 97 ? serving : Integer.toString(random.nextInt(1_000));
      evidence =
          evidence.plus(
              EvidenceTest.compared(new TopClass(serving, 0.8), new TopClass(candidate, 0.8)));
    }
    assertThat(finding(evidence, "class_shift").value()).isBetween(0.0, 0.02);
  }

  @Test
  void aCandidateThatPrefersOneClassIsShifted() {
    Evidence evidence = Evidence.none();
    for (int i = 0; i < 100; i++) {
      evidence =
          evidence.plus(
              EvidenceTest.compared(
                  new TopClass("class " + i % 10, 0.8),
                  new TopClass(i % 3 == 0 ? "class 0" : "class " + i % 10, 0.8)));
    }

    assertThat(finding(evidence, "class_shift").value()).isGreaterThan(0.25);
  }

  @Test
  void whatIsOnlyReportedDecidesNothing() {
    Evidence evidence = evidence(500, 0, 0, 1);
    for (int i = 0; i < 100; i++) {
      evidence = evidence.plusLabel(true, false);
    }
    Verdict verdict = Judge.judge(evidence, RULE);

    assertThat(verdict.decision()).isEqualTo(Decision.PASS);
    assertThat(finding(verdict, "mcnemar").value()).isEqualTo(1);
    assertThat(finding(verdict, "mcnemar").low()).isGreaterThan(0.9);
    assertThat(verdict.findings().stream().filter(Finding::hasLimit)).hasSize(3);
    assertThat(verdict.findings().stream().filter(finding -> !finding.hasLimit()))
        .allMatch(finding -> finding.decision() == Decision.UNDECIDED);
  }

  @Test
  void oneLineHasAllFigures() {
    assertThat(Judge.judge(evidence(12, 1, 0, 2.5), RULE).summary())
        .startsWith("FAIL: agreement 0 (0 to 0.")
        .contains(
            ", limit 0.95) of 12: FAIL; latency_ratio 2.5",
            ", limit 1.5) of 12: FAIL; error_rate 0 (0 to ",
            ", limit 0.01) of 12: UNDECIDED; sure_agreement 0 (",
            "; top_probability_change -0.05 of 12")
        .doesNotContain("NaN", "class_shift", "mcnemar", "\n");
  }

  @Test
  void impossibleLimitsAreRefused() {
    for (Runnable wrong :
        new Runnable[] {
          () -> new Thresholds(-1, 0.95, 1.5, 0.01),
          () -> new Thresholds(500, 1.1, 1.5, 0.01),
          () -> new Thresholds(500, Double.NaN, 1.5, 0.01),
          () -> new Thresholds(500, 0.95, 0, 0.01),
          () -> new Thresholds(500, 0.95, 1.5, -0.1),
        }) {
      assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
