package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limit on the queue time alone: another server may be free earlier. */
@Timeout(30)
class QueueWaitTest {

  private static final Duration WAIT = Duration.ofMillis(500);

  private final ScoringRig rig =
      new ScoringRig(
          "a",
          new TimeLimits(ScoringRig.SOON, Optional.of(WAIT), ScoringRig.SOON),
          Optional.<DecodeExecutor>empty());

  @AfterEach
  void stop() {
    rig.model("a", 1).release(100);
    rig.close();
  }

  private CompletableFuture<ScoreResult> score() {
    return rig.score(rig.request("a", "3"));
  }

  /** It waited for memory for all but a tenth of a second of what it may. */
  @Test
  void theWaitForMemoryCounts() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    Duration left = Duration.ofMillis(100);
    CompletableFuture<ScoreResult> waits = rig.score(rig.request("a", "3").after(WAIT.minus(left)));
    rig.decodeAll();
    rig.clock.advance(left);

    rig.model("a", 1).release(100);

    ScoringRig.assertFails(waits, RejectedException.class, "QUEUE_WAIT");
  }

  @Test
  void aRequestThatWaitsLongerIsRejectedAlthoughItHasTimeLeft() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> waits = score();
    rig.decodeAll();
    rig.clock.advance(WAIT);

    rig.model("a", 1).release(100);

    ScoringRig.assertFails(waits, RejectedException.class, "QUEUE_WAIT");
    Outcome outcome = Outcome.of(new RejectedException(RejectedException.Reason.QUEUE_WAIT));
    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REJECTED);
    assertThat(outcome.retryAfterSeconds()).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void aRunningRequestMayTakeLonger() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.model("a", 1).hold();
    CompletableFuture<ScoreResult> runs = score();
    rig.decodeAll();
    rig.model("a", 1).awaitCall();
    rig.clock.advance(WAIT.multipliedBy(2));

    rig.model("a", 1).release(100);

    assertThat(runs).succeedsWithin(ScoringRig.SOON);
  }

  @Test
  void aRequestThatWouldWaitLongerIsRejectedAtOnce() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    rig.clock.advance(Duration.ofMillis(100));
    rig.model("a", 1).release(1);
    rig.awaitInFlight("a", 0); // So the estimate is 100 ms each, 125 with the margin.

    for (int i = 0; i < 4; i++) {
      assertThatNoException().isThrownBy(this::score);
    }
    assertThatNoException().isThrownBy(this::score); // Four are ahead of it: exactly 500 ms.
    assertThatThrownBy(this::score).hasMessage("NO_TIME");
    // The server would refuse it without the client's own limit, long or short, too.
    for (Duration own : List.of(WAIT.multipliedBy(2), WAIT.dividedBy(2))) {
      assertThatThrownBy(
              () -> rig.check(Optional.of("a"), VersionChoice.newest(), Optional.of(own)))
          .hasMessage("NO_TIME");
    }
    rig.decodeAll();
  }
}
