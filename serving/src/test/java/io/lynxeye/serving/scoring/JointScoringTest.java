package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.model.InvalidInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several images in one request are scored as one unit of work. */
@Timeout(30)
class JointScoringTest {

  private static final int CAPACITY =
      ScoringRig.QUEUE_CAPACITY + 4; // Plus one batch in the engine.

  private final ScoringRig rig = new ScoringRig("a", ScoringRig.SOON);

  @AfterEach
  void allPermitsAreReturned() {
    rig.model("a", 1).release(100);
    rig.close();
    assertThat(rig.model("a", 1).samples()).isZero();
    assertThat(rig.model("a", 1).misused()).isZero();
  }

  private static List<Integer> best(CompletableFuture<List<ScoreResult>> answer) {
    assertThat(answer).succeedsWithin(ScoringRig.SOON);
    return answer.join().stream().map(result -> result.predictions().get(0).index()).toList();
  }

  @Test
  void resultsAreInTheOrderOfTheImages() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3", "9", "3", "0");

    rig.decodeAll();

    assertThat(best(answer)).containsExactly(7, 3, 9, 3, 0);
    rig.awaitInFlight("a", 0);
  }

  @Test
  void theErrorNamesTheInvalidImageAndTheOthersLeaveTheQueue() throws Exception {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "bad", "9");

    rig.decodeAll();

    assertThat(answer)
        .failsWithin(ScoringRig.SOON)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(InvalidInputException.class)
        .withMessage("image 2 of 3: this is not an image; send one");
    rig.awaitInFlight("a", 1);
    assertThat(rig.model("a", 1).samples()).isEqualTo(1);
  }

  @Test
  void imagesAreAdmittedAllOrNone() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> first = rig.scoreAll("1", "2", "3", "4", "5", "6");

    assertThatThrownBy(() -> rig.scoreAll("7", "8", "9"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.QUEUE_FULL));
    rig.awaitInFlight("a", 6);
    CompletableFuture<List<ScoreResult>> fitting = rig.scoreAll("7", "8");

    rig.decodeAll();
    assertThat(best(first)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(best(fitting)).containsExactly(7, 8);
  }

  @Test
  void moreImagesThanTheModelCanAdmitAreInvalid() {
    rig.serve(source("a", 1));
    String[] many = new String[CAPACITY + 1];
    Arrays.fill(many, "1");

    assertThatThrownBy(() -> rig.scoreAll(many))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 9 images")
        .hasMessageContaining("at most 8 at once; send them in several requests");
  }

  @Test
  void cancellingRemovesAllImages() throws Exception {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3");
    rig.decodeAll();

    answer.cancel(false);

    rig.awaitInFlight("a", 1);
    rig.model("a", 1).release(1);
    rig.awaitInFlight("a", 0);
    assertThat(rig.model("a", 1).batchSizes()).containsExactly(1);
  }

  @Test
  void theTimeLimitOfTheServerAppliesToAllOfThem() throws Exception {
    ScoringRig quick = new ScoringRig("a", Duration.ofMillis(50));
    quick.serve(source("a", 1));
    try {
      assertThat(quick.scoreAll("7", "3"))
          .failsWithin(ScoringRig.SOON)
          .withThrowableThat()
          .withCauseInstanceOf(TimeoutException.class);
      quick.awaitInFlight("a", 0);
    } finally {
      quick.close();
      rig.serve(source("a", 1));
    }
  }

  @Test
  void aNewVersionInBetweenScoresAllOfThem() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3");
    rig.decodeOne(); // By version 1, which is gone for the other one.
    rig.serve(source("a", 2));

    Awaitility.await()
        .until(
            () -> {
              rig.decodeAll(); // The rest, then the second attempt by the new version.
              return answer.isDone();
            });
    assertThat(best(answer)).containsExactly(7, 3);
    assertThat(answer.join())
        .extracting(result -> result.model().id().version().value())
        .containsExactly(2L, 2L);
  }

  @Test
  void imagesForAMissingModelAreRejected() {
    rig.serve(source("a", 1));
    rig.serve();

    assertThatThrownBy(() -> rig.scoreAll("7", "3"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.UNAVAILABLE));
    assertThat(rig.model("a", 1).prepared()).isZero();
  }
}
