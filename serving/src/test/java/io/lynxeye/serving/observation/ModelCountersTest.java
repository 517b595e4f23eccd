package io.lynxeye.serving.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelCountersTest {

  private static final ModelId A = new ModelId("a", 1);

  private final ModelCounters counters = new ModelCounters();

  private static Duration millis(int millis) {
    return Duration.ofMillis(millis);
  }

  private static Timing timing(int decode, int queue, int engine, int batchSize) {
    return new Timing(millis(decode), millis(queue), millis(engine), batchSize);
  }

  private void end(ModelLabel model, Outcome.Kind kind, int total, int scored, Timing... timings) {
    counters.ended(
        new RequestSummary(
            new Call(
                "POST",
                "/score",
                "id",
                TraceContext.of(null, null),
                Instant.EPOCH.plus(millis(total))),
            "azure",
            "",
            model,
            timings.length,
            Outcome.of(kind),
            200,
            0,
            millis(total),
            millis(scored),
            List.of(timings)));
  }

  @Test
  void aVersionWithoutRequestsHasDoneNothing() {
    assertThat(counters.of(A)).isEqualTo(ModelTotals.NONE);
    assertThat(ModelTotals.NONE.calls()).isZero();
  }

  @Test
  void theTimeOfASuccessfulRequestIsCountedByStage() {
    end(
        ModelLabel.of(A),
        Outcome.Kind.SUCCESS,
        100,
        90,
        timing(10, 5, 40, 2),
        timing(20, 3, 30, 1));
    end(ModelLabel.of(A), Outcome.Kind.SUCCESS, 50, 49, timing(1, 1, 40, 2));

    ModelTotals totals = counters.of(A);
    assertThat(totals.images()).isEqualTo(3);
    assertThat(totals.calls()).isEqualTo(2);
    assertThat(totals.succeeded()).isEqualTo(new ModelTotals.Total(2, millis(150)));
    assertThat(totals.failed()).isEqualTo(new ModelTotals.Total(0, Duration.ZERO));
    assertThat(totals.stages())
        .isEqualTo(new ModelTotals.Stages(millis(21), millis(6), millis(80), millis(11)));
    assertThat(totals.last()).hasValue(Instant.EPOCH.plus(millis(100)));
  }

  @Test
  void inferenceCallsAreCountedByTheirSize() {
    end(
        ModelLabel.of(A),
        Outcome.Kind.SUCCESS,
        100,
        90,
        timing(10, 5, 40, 2),
        timing(20, 3, 30, 1));
    end(ModelLabel.of(A), Outcome.Kind.SUCCESS, 50, 49, timing(1, 1, 40, 2));

    ModelTotals totals = counters.of(A);
    assertThat(totals.batches()).containsOnlyKeys(1, 2);
    assertThat(totals.batches().get(2).wholeCalls()).isEqualTo(1);
    assertThat(totals.batches().get(2).calls()).isEqualTo(1, within(1e-9));
    assertThat(totals.batches().get(2).stages())
        .isEqualTo(new ModelTotals.Stages(millis(11), millis(6), millis(40), millis(6)));
    assertThat(totals.batches().get(1).stages())
        .isEqualTo(new ModelTotals.Stages(millis(20), millis(3), millis(30), millis(5)));
  }

  @Test
  void everyOtherEndIsAFailureAndCountsNothingElse() {
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      if (kind != Outcome.Kind.SUCCESS) {
        end(ModelLabel.of(A), kind, 7, 0, timing(1, 1, 1, 1));
      }
    }

    int others = Outcome.Kind.values().length - 1;
    assertThat(counters.of(A))
        .isEqualTo(
            new ModelTotals(
                Optional.empty(),
                0,
                ModelTotals.NONE.succeeded(),
                new ModelTotals.Total(others, millis(7 * others)),
                ModelTotals.NONE.stages(),
                ModelTotals.NONE.batches()));
  }

  @Test
  void requestsForUnknownVersionsAreNotCounted() {
    end(ModelLabel.UNKNOWN, Outcome.Kind.NOT_FOUND, 7, 0);
    end(new ModelLabel("a", ""), Outcome.Kind.NOT_FOUND, 7, 0);

    assertThat(counters.of(A)).isEqualTo(ModelTotals.NONE);
  }

  @Test
  void aVersionThatIsUnloadedIsForgotten() {
    end(ModelLabel.of(A), Outcome.Kind.SUCCESS, 100, 90, timing(10, 5, 40, 1));
    for (ModelState state : ModelState.values()) {
      counters.changed(new ModelStatus(A, state, Instant.EPOCH, Optional.empty()));
    }

    assertThat(counters.of(A)).isEqualTo(ModelTotals.NONE);
  }
}
