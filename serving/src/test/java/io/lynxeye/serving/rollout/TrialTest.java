package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.Finding;
import io.lynxeye.serving.rollout.verdict.Judge;
import io.lynxeye.serving.rollout.verdict.Thresholds;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which inputs are compared and timed, and what the times say. */
class TrialTest {

  /** What the second inference on an input takes, as a share of what the first would. */
  private static final double SECOND = 0.6;

  /** Standard deviation of the logarithm of a time. */
  private static final double NOISE = 0.2;

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;
  private ServedModel serving;
  private ServedModel candidate;
  private int servingInferences;
  private int failures;
  private final Random random = new Random(1);

  @BeforeEach
  void start() {
    rig = new RolloutRig(folder).store(1, 2);
    serving = model(1);
    candidate = model(2);
  }

  private ServedModel model(long version) {
    return rig.registry.find("m", new VersionChoice.Exactly(version)).orElseThrow();
  }

  private Trial trial(String share) {
    return new Trial(
        serving,
        candidate,
        ModelSettings.of(Map.of("rollout", "shadow", "rollout.share", share))
            .rollout()
            .orElseThrow());
  }

  /** Compares one input; the candidate takes so many times as long as the serving version. */
  private OptionalDouble ratio(Trial trial, double slowness, double noise)
      throws InvalidInputException {
    ModelInput input = new ModelInput.Image("1".getBytes(StandardCharsets.UTF_8));
    ModelOutput answer = serving.scoreAside(input);
    double[] order = {1};
    Optional<Comparison> comparison =
        trial.compare(
            input,
            answer,
            false,
            (model, own) -> {
              double nanos = 100 * order[0] * Math.exp(noise * random.nextGaussian());
              order[0] *= SECOND;
              if (model == serving) {
                servingInferences++;
                if (failures > 0) {
                  failures--;
                  throw new IllegalStateException("it is busy");
                }
                return new Trial.Timed(answer, nanos);
              }
              return new Trial.Timed(answer, nanos * slowness);
            });
    return comparison.orElseThrow().latencyRatio();
  }

  @Test
  void twoPairsInBothOrdersMakeOneRatioWithoutTheGainOfTheSecond() throws Exception {
    Trial trial = trial("1");

    assertThat(ratio(trial, 2, 0)).isEmpty();
    assertThat(ratio(trial, 2, 0).orElseThrow()).isEqualTo(2, within(1e-9));
    assertThat(ratio(trial, 2, 0)).isEmpty();
    assertThat(ratio(trial, 2, 0).orElseThrow()).isEqualTo(2, within(1e-9));
  }

  @Test
  void aPairThatFailsIsRepeatedInItsOrder() throws Exception {
    Trial trial = trial("1");
    failures = 1;
    assertThat(ratio(trial, 1, 0)).isEmpty();

    assertThat(ratio(trial, 1, 0)).isEmpty();
    failures = 1;
    assertThat(ratio(trial, 1, 0)).isEmpty();

    assertThat(ratio(trial, 1, 0).orElseThrow()).isEqualTo(1, within(1e-9));
  }

  @Test
  void theFirstFiftyAreTimedAndThenEveryFourth() throws Exception {
    Trial trial = trial("1");
    for (int i = 0; i < 90; i++) {
      ratio(trial, 1, 0);
    }

    assertThat(servingInferences).isEqualTo(50 + 10);
  }

  /** A restart, or another rule, needs no further fifty. */
  @Test
  void aTrialThatGoesOnIsTimedAsSeldomAsBefore() throws Exception {
    Trial trial = trial("1");
    trial.goOn(50);
    for (int i = 0; i < 40; i++) {
      ratio(trial, 1, 0);
    }

    assertThat(servingInferences).isEqualTo(10);
  }

  /** The order changes a time by 40 %, chance by as much as in a real server. */
  @Test
  void anEqualVersionIsMeasuredAsEqual() throws Exception {
    Finding latency = latency(1, 800);

    assertThat(latency.value()).isEqualTo(1, within(0.05));
    assertThat(latency.low()).isLessThanOrEqualTo(1);
    assertThat(latency.high()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void aVersionThatTakesTwiceAsLongIsStoppedWithinTensOfImages() throws Exception {
    assertThat(latency(2, 50).decision()).isEqualTo(Decision.FAIL);
  }

  private Finding latency(double slowness, int images) throws InvalidInputException {
    Trial trial = trial("1");
    TopClass any = new TopClass("any", 1);
    Evidence evidence = Evidence.none();
    for (int i = 0; i < images; i++) {
      evidence =
          evidence.plus(new Comparison(any, Optional.of(any), ratio(trial, slowness, NOISE)));
    }
    return Judge.judge(evidence, new Thresholds(100, 0.5, 1.5, 0.5)).findings().stream()
        .filter(finding -> finding.measure().equals("latency_ratio"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void takesTheShareThatWasAskedFor() {
    Trial trial = trial("0.25");
    long taken = 0;
    for (int i = 0; i < 10_000; i++) {
      taken += trial.takes(serving) ? 1 : 0;
    }

    assertThat(taken / 10_000.0).isEqualTo(0.25, within(0.015)); // More than 3 deviations.
    assertThat(trial.offered()).isEqualTo(taken);
  }
}
