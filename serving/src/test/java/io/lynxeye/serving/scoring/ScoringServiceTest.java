package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ScoringServiceTest {

  private static final Duration SOON = ScoringRig.SOON;

  private final ScoringRig rig = new ScoringRig("a", SOON);

  @AfterEach
  void stop() {
    rig.close();
  }

  private ScoreResult score(ScoreRequest request) {
    CompletableFuture<ScoreResult> answer = rig.score(request);
    rig.decodeAll();
    assertThat(answer).succeedsWithin(SOON);
    return answer.join();
  }

  @Test
  void withoutANameTheDefaultModelScores() {
    rig.serve(source("a", 1), source("b", 1));

    assertThat(score(ScoringRig.image("3")).model().id()).isEqualTo(new ModelId("a", 1));
  }

  @Test
  void theNamedModelScores() {
    rig.serve(source("a", 1), source("b", 2));

    assertThat(score(rig.request("b", "3")).model().id()).isEqualTo(new ModelId("b", 2));
  }

  @Test
  void onlyTheNamedVersionScores() {
    rig.serve(source("a", 2));
    ScoreRequest request = ScoringRig.image("3");

    assertThat(score(ScoringRig.withVersion(request, 2)).model().id().version().value())
        .isEqualTo(2);
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> rig.score(ScoringRig.withVersion(request, 1)))
        .withMessage("no default model version 1 is available; available: [a/2]");
  }

  @Test
  void anUnknownModelIsRejectedWithTheAvailableOnes() {
    rig.serve(source("a", 1), source("b", 2));

    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> rig.score(rig.request("c", "3")))
        .withMessage("no model 'c' is available; available: [a/1, b/2]");
  }

  @Test
  void requestsAreNotReadyUntilTheDefaultModelIsAvailable() {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> rig.score(ScoringRig.image("3")))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.NOT_READY));
  }

  @Test
  void returnsTheBestClassesWithTheirLabels() {
    rig.serve(source("a", 1));

    ScoreResult result = score(ScoringRig.withTopK(ScoringRig.image("3"), 2));

    assertThat(result.predictions())
        .containsExactly(new Prediction(3, "label 3", 0.91f), new Prediction(0, "label 0", 0.01f));
    assertThat(result.scores().orElseThrow().values()).hasSize(FakeModel.CLASSES);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 10", "11, 10", "2147483647, 10"})
  void returnsTheRequestedNumberOfPredictionsUpToAllClasses(int asked, int answered) {
    rig.serve(source("a", 1));

    assertThat(score(ScoringRig.withTopK(ScoringRig.image("3"), asked)).predictions())
        .hasSize(answered);
  }

  @Test
  void returnsTheModelsNumberOfPredictionsByDefault() {
    rig.serve(source("a", 1));

    assertThat(score(ScoringRig.image("3")).predictions()).hasSize(5);
  }

  @Test
  void anInvalidImageIsNeverBatched() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> bad = rig.score(ScoringRig.image("bad"));

    rig.decodeAll();

    ScoringRig.assertFails(bad, InvalidInputException.class, "this is not an image; send one");
    assertThat(rig.model("a", 1).batchSizes()).isEmpty();
  }

  @Test
  void passesOnTheEnginesFailure() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> answer = rig.score(ScoringRig.image("crash"));

    rig.decodeAll();

    ScoringRig.assertFails(answer, IllegalStateException.class, "secret detail of the engine");
  }

  @Test
  void passesOnARejection() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    List<CompletableFuture<ScoreResult>> waiting =
        IntStream.range(0, ScoringRig.QUEUE_CAPACITY + 3) // In addition to the one in the engine.
            .mapToObj(i -> rig.score(ScoringRig.image("3")))
            .toList();
    rig.decodeAll();

    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> rig.score(ScoringRig.image("3")))
        .withMessage("QUEUE_FULL");
    rig.model("a", 1).release(100);
    assertThat(waiting).allSatisfy(answer -> assertThat(answer).succeedsWithin(SOON));
  }

  @Test
  void reportsTheTimings() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> one = rig.score(ScoringRig.image("3"));
    CompletableFuture<ScoreResult> two = rig.score(ScoringRig.image("4"));
    rig.decodeAll();
    rig.clock.advance(Duration.ofMillis(30));

    rig.model("a", 1).release(100);

    ScoreResult.Timing expected =
        new ScoreResult.Timing(Duration.ZERO, Duration.ofMillis(30), Duration.ZERO, 2);
    assertThat(one).succeedsWithin(SOON).extracting(ScoreResult::timing).isEqualTo(expected);
    assertThat(two).succeedsWithin(SOON).extracting(ScoreResult::timing).isEqualTo(expected);
  }
}
