package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.TimeLimits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that were cancelled, or that have no time left. */
@Timeout(30)
class UnfinishedScoringTest {

  private static final Duration SOON = ScoringRig.SOON;

  private final ScoringRig rig = new ScoringRig("a", SOON);

  @AfterEach
  void stop() {
    rig.model("a", 1).release(100);
    rig.close();
    assertThat(rig.model("a", 1).samples()).isZero();
    assertThat(rig.model("a", 1).misused()).isZero();
  }

  @Test
  void aRequestCancelledBeforeItsTurnIsNotDecoded() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> answer = rig.score(ScoringRig.image("3"));

    answer.cancel(false);
    rig.decodeAll();

    assertThat(rig.model("a", 1).prepared()).isZero();
  }

  @Test
  void aRequestCancelledInTheQueueNeverRuns() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> abandoned = rig.score(ScoringRig.image("3"));
    CompletableFuture<ScoreResult> wanted = rig.score(ScoringRig.image("4"));
    rig.decodeAll();

    abandoned.cancel(false);
    rig.model("a", 1).release(100);

    assertThat(wanted).succeedsWithin(SOON).extracting(r -> r.timing().batchSize()).isEqualTo(1);
  }

  @Test
  void aRejectedInputIsReleasedAtOnce() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> late = rig.score(ScoringRig.image("3"));
    rig.clock.advance(SOON);

    rig.decodeAll();

    ScoringRig.assertFails(late, RejectedException.class, "DEADLINE");
    assertThat(rig.model("a", 1).samples()).isEqualTo(1); // The one in the engine.
  }

  @Test
  void aRequestPastItsTimeLimitFailsAndNeverRuns() throws InterruptedException {
    try (ScoringRig hasty = new ScoringRig("a", Duration.ofMillis(200))) {
      hasty.serve(source("a", 1));
      hasty.occupyEngine("a", 1);
      CompletableFuture<ScoreResult> late = hasty.score(ScoringRig.image("3"));
      hasty.decodeAll();

      assertThat(late)
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(TimeoutException.class);
      hasty.model("a", 1).release(100);
      hasty.stopModels();
      assertThat(hasty.model("a", 1).batchSizes()).containsExactly(1);
    }
  }

  @Test
  void theDeadlineAppliesInTheQueue() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> late = rig.score(ScoringRig.image("3"));
    rig.decodeAll();
    rig.clock.advance(SOON);

    rig.model("a", 1).release(100);

    ScoringRig.assertFails(late, RejectedException.class, "DEADLINE");
  }

  @Test
  void aShutDownDecodePoolMeansDraining() {
    rig.serve(source("a", 1));
    ScoringService stopped =
        new ScoringService(
            new ModelResolver(rig.registry, "a"),
            (model, prepared, decoded, work) -> {
              throw new RejectedExecutionException("shut down");
            },
            () -> Integer.MAX_VALUE,
            TimeLimits.of(SOON),
            rig.clock,
            ScoreListener.NONE);

    ScoringRig.assertFails(
        stopped.score(ScoringRig.image("3")), RejectedException.class, "DRAINING");
  }
}
