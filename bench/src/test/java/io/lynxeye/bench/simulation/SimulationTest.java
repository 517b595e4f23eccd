package io.lynxeye.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.Judge;
import io.lynxeye.serving.rollout.verdict.Thresholds;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rates and numbers of images that docs/decisions/0089 states. */
class SimulationTest {

  private static final int RUNS = 1_000;
  private static final Thresholds RULE = new Thresholds(500, 0.95, 1.5, 0.01);

  /** The largest of 1,000 runs that, with 99.9 %, are wrong with a probability of 1/300: 10. */
  private static final double STOPPED_BY_CHANCE = 0.010;

  @ParameterizedTest
  @CsvSource({"0.95", "0.99"})
  void candidatesWithinTheLimitOfAgreementAreNotStopped(double agreement) {
    assertThat(Trial.agreementStops(RUNS, agreement, 0.95).share())
        .isLessThanOrEqualTo(STOPPED_BY_CHANCE);
  }

  @Test
  void candidatesAtTheLimitOfErrorsAndTimesAreNotStopped() {
    assertThat(Trial.errorsStop(RUNS, 0.01, 0.01).share()).isLessThanOrEqualTo(STOPPED_BY_CHANCE);
    assertThat(Trial.latencyStops(RUNS, 1.5, 0.3, 1.5).share())
        .isLessThanOrEqualTo(STOPPED_BY_CHANCE);
  }

  @ParameterizedTest
  @CsvSource({"0.001, 3, 3", "0.3, 5, 12", "0.5, 8, 25", "0.7, 25, 60", "0.9, 450, 1000"})
  void badCandidatesAreStopped(double agreement, int median, int most) {
    Runs runs = Trial.agreementStops(RUNS, agreement, 0.95);

    assertThat(runs.share()).isEqualTo(1);
    assertThat(Integer.parseInt(runs.within(50))).isLessThanOrEqualTo(median);
    assertThat(Integer.parseInt(runs.within(95))).isLessThanOrEqualTo(most);
  }

  @Test
  void candidatesThatFailOrTakeLongAreStopped() {
    Runs errors = Trial.errorsStop(RUNS, 0.05, 0.01);
    Runs latency = Trial.latencyStops(RUNS, 2, 0.3, 1.5);

    assertThat(errors.share()).isEqualTo(1);
    assertThat(Integer.parseInt(errors.within(95))).isLessThanOrEqualTo(500);
    assertThat(latency.share()).isEqualTo(1);
    assertThat(Integer.parseInt(latency.within(95))).isLessThanOrEqualTo(120);
  }

  @Test
  void candidatesBelowTheLimitDoNotPassAndGoodOnesDo() {
    assertThat(Trial.agreementPasses(RUNS, 0.95, 0.95, 500).share())
        .isLessThanOrEqualTo(Judge.PASS_BUDGET);
    assertThat(Trial.agreementPasses(RUNS, 0.98, 0.95, 500).within(95))
        .satisfies(images -> assertThat(Integer.parseInt(images)).isLessThanOrEqualTo(1_100));
    assertThat(Trial.agreementPasses(RUNS, 0.99, 0.95, 500).within(95)).isEqualTo("500");
  }

  /** The simulation asks for one measure; the judge must stop at the same image. */
  @ParameterizedTest
  @CsvSource({"0.001, 0", "0.5, 0", "0.8, 0", "1, 0.1", "1, 0.2"})
  void theJudgeStopsAfterTheSameImagesAsTheSimulation(double agreement, double errors) {
    Runs judged = Runs.of(20, random -> stopped(random, agreement, errors));

    assertThat(judged)
        .isEqualTo(
            errors > 0
                ? Trial.errorsStop(20, errors, RULE.maxErrorRate())
                : Trial.agreementStops(20, agreement, RULE.minAgreement()));
  }

  private static int stopped(SplittableRandom random, double agreement, double errors) {
    Evidence evidence = Evidence.none();
    while (Judge.judge(evidence, RULE).decision() != Decision.FAIL) {
      double drawn = random.nextDouble();
      TopClass candidate = new TopClass(drawn < agreement ? "lynx" : "cat", 0.9);
      evidence =
          evidence.plus(
              new Comparison(
                  new TopClass("lynx", 0.9),
                  drawn < errors ? Optional.empty() : Optional.of(candidate),
                  OptionalDouble.empty()));
    }
    return (int) evidence.images();
  }

  @Test
  void theJudgeStopsSlowCandidatesAfterTheSameImagesAsTheSimulation() {
    assertThat(Runs.of(20, SimulationTest::stoppedByTimes))
        .isEqualTo(Trial.latencyStops(20, 2, 0.3, RULE.maxLatencyRatio()));
  }

  private static int stoppedByTimes(SplittableRandom random) {
    TopClass answer = new TopClass("lynx", 0.9);
    Evidence evidence = Evidence.none();
    int ratios = 0;
    while (Judge.judge(evidence, RULE).decision() != Decision.FAIL) {
      boolean timed = evidence.images() + 1 == Trial.imagesOfRatios(ratios + 1);
      ratios += timed ? 1 : 0;
      evidence =
          evidence.plus(
              new Comparison(
                  answer,
                  Optional.of(answer),
                  timed
                      ? OptionalDouble.of(Trial.latencyRatio(random, 2, 0.3))
                      : OptionalDouble.empty()));
    }
    return (int) evidence.images();
  }

  @Test
  void ordinaryImagesAreNoDriftAndChangedOnesAre() {
    assertThat(Traffic.ordinary(10, 1).share()).isZero();
    for (Traffic.Change change : Traffic.Change.values()) {
      Runs runs = Traffic.changed(10, change);

      assertThat(runs.share()).as("%s", change).isEqualTo(1);
    }
  }
}
