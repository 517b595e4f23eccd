package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RejectedException.Reason;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More requests than a model admits, or than it can score in time: rejected before the decode. */
@Timeout(30)
class OverloadedScoringTest {

  private static final Duration SOON = ScoringRig.SOON;

  /** A queue of 4 and one batch of 4. */
  private static final int BOUND = ScoringRig.QUEUE_CAPACITY + 4;

  private final ScoringRig rig = new ScoringRig("a", SOON);
  private final List<CompletableFuture<ScoreResult>> accepted = new ArrayList<>();

  @AfterEach
  void stop() {
    rig.model("a", 1).release(100);
    rig.model("b", 1).release(100);
    rig.close();
    assertThat(rig.model("a", 1).samples()).isZero();
    assertThat(rig.model("b", 1).samples()).isZero();
  }

  private void score(String model, int requests) {
    for (int i = 0; i < requests; i++) {
      accepted.add(rig.score(rig.request(model, "3")));
    }
  }

  private static ScoreRequest inAHurry(Duration timeLeft) {
    ScoreRequest request = ScoringRig.image("3");
    return new ScoreRequest(
        request.model(),
        request.version(),
        request.inputs(),
        request.topK(),
        Optional.of(timeLeft));
  }

  private void assertRejected(ScoreRequest request, Reason reason) {
    int prepared = rig.model("a", 1).prepared();
    assertThatThrownBy(() -> rig.score(request))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    rig.decodeAll();
    assertThat(rig.model("a", 1).prepared()).isEqualTo(prepared);
  }

  @Test
  void rejectsOneRequestMoreThanTheLimitBeforeAnyIsDecoded() {
    rig.serve(source("a", 1));
    score("a", BOUND);

    assertThatThrownBy(() -> score("a", 1)).hasMessage("QUEUE_FULL");
    assertThatThrownBy(() -> rig.check(Optional.empty(), VersionChoice.newest(), Optional.empty()))
        .hasMessage("QUEUE_FULL");
    rig.decodeAll();

    assertThat(accepted).allSatisfy(answer -> assertThat(answer).succeedsWithin(SOON));
    assertThat(rig.model("a", 1).prepared()).isEqualTo(BOUND);
    assertThatNoException().isThrownBy(() -> score("a", 1));
  }

  @Test
  void aDisconnectedClientReturnsItsPermitAtOnce() {
    rig.serve(source("a", 1));
    score("a", BOUND);

    accepted.remove(3).cancel(false);

    assertThatNoException().isThrownBy(() -> score("a", 1));
    assertThatThrownBy(() -> score("a", 1)).hasMessage("QUEUE_FULL");
    rig.decodeAll();
    assertThat(accepted).allSatisfy(answer -> assertThat(answer).succeedsWithin(SOON));
  }

  @Test
  void invalidImagesReturnTheirPermits() {
    rig.serve(source("a", 1));
    for (int i = 0; i < 3 * BOUND; i++) {
      CompletableFuture<ScoreResult> bad = rig.score(ScoringRig.image("bad"));
      rig.decodeAll();
      assertThat(bad).isCompletedExceptionally();
    }

    assertThatNoException().isThrownBy(() -> score("a", BOUND));
    rig.decodeAll();
  }

  @Test
  void aModelHasNoMoreInFlightThanTheServerAdmits() {
    rig.serve(source("a", 1), source("b", 1));
    rig.available = 3;
    score("a", 3);

    assertThatThrownBy(() -> score("a", 1)).hasMessage("QUEUE_FULL");
    assertThatNoException().isThrownBy(() -> score("b", 3));
    rig.decodeAll();

    assertThat(accepted).allSatisfy(answer -> assertThat(answer).succeedsWithin(SOON));
  }

  @Test
  void rejectsOnlyRequestsThatWouldBeLate() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    rig.clock.advance(Duration.ofMillis(100));
    rig.model("a", 1).release(1);
    rig.awaitInFlight("a", 0); // So the estimate is 100 ms each.
    score("a", 4);
    rig.decodeAll();

    assertRejected(inAHurry(Duration.ofMillis(900)), Reason.CLIENT_TIME);
    assertThatNoException().isThrownBy(() -> rig.score(inAHurry(Duration.ofSeconds(1))));
  }

  @Test
  void aRequestsOwnTimeLimitAppliesInTheQueue() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> hasty = rig.score(inAHurry(Duration.ofSeconds(5)));
    CompletableFuture<ScoreResult> patient = rig.score(inAHurry(Duration.ofDays(5)));
    rig.decodeAll();
    rig.clock.advance(Duration.ofSeconds(5));

    rig.model("a", 1).release(100);

    ScoringRig.assertFails(hasty, RejectedException.class, "CLIENT_DEADLINE");
    assertThat(patient).succeedsWithin(SOON);
  }

  @Test
  void aRequestsOwnTimeLimitAppliesInTheEngineToo() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.model("a", 1).hold();

    CompletableFuture<ScoreResult> hasty = rig.score(inAHurry(Duration.ofMillis(50)));
    rig.decodeAll();

    ScoringRig.assertFails(hasty, RejectedException.class, "CLIENT_DEADLINE");
  }

  @Test
  void noRequestHasMoreTimeThanTheServerAllows() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> patient = rig.score(inAHurry(Duration.ofDays(5)));
    rig.decodeAll();
    rig.clock.advance(SOON);

    rig.model("a", 1).release(100);

    ScoringRig.assertFails(patient, RejectedException.class, "DEADLINE");
  }

  @Test
  void aMissingModelIsNotOverloaded() {
    assertThatNoException()
        .isThrownBy(() -> rig.check(Optional.of("none"), VersionChoice.newest(), Optional.empty()));
  }
}
