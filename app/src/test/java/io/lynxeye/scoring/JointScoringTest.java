package io.lynxeye.scoring;

import static io.lynxeye.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.model.InvalidInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several pictures in one request: one unit of work. */
@Timeout(30)
class JointScoringTest {

  private static final int CAPACITY = ScoringRig.QUEUE_CAPACITY + 4; // And one batch in the engine.

  private final ScoringRig rig = new ScoringRig("a", ScoringRig.SOON);

  @AfterEach
  void everythingIsGivenBack() {
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
  void answersComeInTheOrderOfThePictures() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3", "9", "3", "0");

    rig.decodeAll();

    assertThat(best(answer)).containsExactly(7, 3, 9, 3, 0);
    rig.awaitBacklog("a", 0);
  }

  @Test
  void aBadPictureFailsTheRequestByItsNumberAndTakesTheOthersOutOfTheQueue() throws Exception {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "bad", "9");

    rig.decodeAll();

    assertThat(answer)
        .failsWithin(ScoringRig.SOON)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(InvalidInputException.class)
        .withMessage("picture 2 of 3: this is not a picture; send one");
    rig.awaitBacklog("a", 1);
    assertThat(rig.model("a", 1).samples()).isEqualTo(1);
  }

  @Test
  void picturesAreTakenInTogetherOrNotAtAll() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> first = rig.scoreAll("1", "2", "3", "4", "5", "6");

    assertThatThrownBy(() -> rig.scoreAll("7", "8", "9"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.QUEUE_FULL));
    rig.awaitBacklog("a", 6);
    CompletableFuture<List<ScoreResult>> fitting = rig.scoreAll("7", "8");

    rig.decodeAll();
    assertThat(best(first)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(best(fitting)).containsExactly(7, 8);
  }

  @Test
  void morePicturesThanTheModelEverTakesInAreTheCallersError() {
    rig.serve(source("a", 1));
    String[] many = new String[CAPACITY + 1];
    Arrays.fill(many, "1");

    assertThatThrownBy(() -> rig.scoreAll(many))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 9 pictures")
        .hasMessageContaining("no more than 8 at once; send them in several requests");
  }

  @Test
  void cancellingTakesAllPicturesOut() throws Exception {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3");
    rig.decodeAll();

    answer.cancel(false);

    rig.awaitBacklog("a", 1);
    rig.model("a", 1).release(1);
    rig.awaitBacklog("a", 0);
    assertThat(rig.model("a", 1).batchSizes()).containsExactly(1);
  }

  @Test
  void theServersTimeHoldsForAllOfThem() throws Exception {
    ScoringRig quick = new ScoringRig("a", Duration.ofMillis(50));
    quick.serve(source("a", 1));
    try {
      assertThat(quick.scoreAll("7", "3"))
          .failsWithin(ScoringRig.SOON)
          .withThrowableThat()
          .withCauseInstanceOf(TimeoutException.class);
      quick.awaitBacklog("a", 0);
    } finally {
      quick.close();
      rig.serve(source("a", 1));
    }
  }

  @Test
  void aNewVersionThatComesInTheMidstScoresAllOfThem() throws Exception {
    rig.serve(source("a", 1));
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll("7", "3");
    rig.decodeOne(); // By version 1; the other will find it gone.
    rig.serve(source("a", 2));

    Awaitility.await()
        .until(
            () -> {
              rig.decodeAll(); // The rest, and then what the newer one scores again.
              return answer.isDone();
            });
    assertThat(best(answer)).containsExactly(7, 3);
    assertThat(answer.join())
        .extracting(result -> result.model().id().version())
        .containsExactly(2, 2);
  }

  @Test
  void picturesForNoModelAreRefusedAsOneIs() {
    rig.serve(source("a", 1));
    rig.serve();

    assertThatThrownBy(() -> rig.scoreAll("7", "3"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.NOT_READY));
    assertThat(rig.model("a", 1).prepared()).isZero();
  }
}
