package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.scoring.ScoringRig.SOON;
import static io.lynxeye.serving.scoring.ScoringRig.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.model.VersionChoice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A version on trial answers callers, and the serving version does what it cannot. */
@Timeout(60)
class CanaryScoringTest {

  private static final Map<String, String> CANARY =
      Map.of("rollout", "canary", "rollout.share", "1");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Origin CALLER = new Origin("id", Optional.empty(), name -> Optional.empty());

  @AutoClose private ScoringRig rig = new ScoringRig("a", LIMIT);

  @BeforeEach
  void start() {
    rig.serve(CANARY, FakeLoader.source("a", 1), FakeLoader.source("a", 2));
  }

  private static ScoreRequest request(String... texts) {
    List<ModelInput> inputs =
        Stream.of(texts)
            .<ModelInput>map(text -> new ModelInput.Image(text.getBytes(StandardCharsets.UTF_8)))
            .toList();
    return new ScoreRequest(
        Optional.of("a"),
        new VersionChoice.Newest(CALLER),
        inputs,
        OptionalInt.empty(),
        Optional.empty());
  }

  private long version(CompletableFuture<ScoreResult> answer) {
    assertThat(answer).succeedsWithin(SOON);
    return answer.join().model().id().version().value();
  }

  /** They come after the answer. */
  private void assertReports(String... reports) {
    Awaitility.await().untilAsserted(() -> assertThat(rig.reports).contains(reports));
  }

  @Test
  void theVersionOnTrialAnswersItsCallers() {
    CompletableFuture<ScoreResult> answer = rig.score(request("3"));
    rig.decodeAll();

    assertThat(version(answer)).isEqualTo(2);
    assertReports("a/2 #0");
  }

  @Test
  void requestsOfTheServerItselfGetTheServingVersion() {
    CompletableFuture<ScoreResult> answer = rig.score(ScoringRig.image("3"));
    rig.decodeAll();

    assertThat(version(answer)).isEqualTo(1);
  }

  @Test
  void theServingVersionAnswersOnceWhereTheCanaryFails() {
    rig.model("a", 2).mistakes(text -> "crash");
    CompletableFuture<ScoreResult> answer = rig.score(request("3"));
    rig.decodeOne();
    rig.awaitDecode();
    rig.decodeAll();

    assertThat(version(answer)).isEqualTo(1);
    assertReports("a/1 #0", "a/2 failed");
  }

  /** Then it is the image that is bad, and the version on trial was right. */
  @Test
  void whatBothRefuseDoesNotCount() {
    CompletableFuture<ScoreResult> answer = rig.score(request("bad"));
    rig.decodeAll();

    assertFails(answer, InvalidInputException.class, "this is not an image");
    assertThat(rig.model("a", 1).prepared()).isEqualTo(1);
    assertThat(rig.model("a", 2).prepared()).isEqualTo(1);
    assertThat(rig.reports).isEmpty();
  }

  /** Scored by both versions, one image each: not what a client that sends two expects. */
  @Test
  void noResponseMixesVersions() throws Exception {
    rig.model("a", 2).mistakes(text -> text.equals("7") ? "crash" : text);
    CompletableFuture<List<ScoreResult>> answer = rig.scoreAll(request("3", "7"));
    Awaitility.await()
        .until(
            () -> {
              rig.decodeAll();
              return answer.isDone();
            });

    assertThat(answer.join())
        .extracting(result -> result.model().id().version().value())
        .containsExactly(1L, 1L);
    assertReports("a/2 failed");
  }

  /** The canary may have 5 images in flight: a batch of 4, and 1 that waits. */
  @Test
  void aRequestThatIsTooLargeForTheCanaryIsScoredByTheServingVersion() throws Exception {
    rig.serve(
        CANARY,
        FakeLoader.source("a", 1),
        FakeLoader.source("a", 2, Map.of("job_queue_size", "1")));

    CompletableFuture<List<ScoreResult>> answer =
        rig.scoreAll(request("1", "2", "3", "4", "5", "6"));
    Awaitility.await()
        .until(
            () -> {
              rig.decodeAll();
              return answer.isDone();
            });

    assertThat(answer.join())
        .extracting(result -> result.model().id().version().value())
        .containsOnly(1L);
  }

  private static String onlyFor(int version, ModelDescription model) throws InvalidInputException {
    if (model.id().version().value() != version) {
      throw new InvalidInputException("version " + model.id().version() + " takes other inputs");
    }
    return "read for " + version;
  }

  /** A new version may name its inputs otherwise. */
  @Test
  void aRequestThatTheCanaryDoesNotTakeIsReadForTheServingVersion() throws Exception {
    VersionChoice choice = request("3").version();

    assertThat(rig.read(choice, model -> onlyFor(2, model)))
        .isEqualTo(new ModelResolver.Read<>("read for 2", choice));
    assertThat(rig.reports).isEmpty();
    assertThat(rig.read(choice, model -> onlyFor(1, model)))
        .isEqualTo(new ModelResolver.Read<>("read for 1", VersionChoice.newest()));
    assertReports("a/2 failed");
  }

  @Test
  void aRequestThatNoVersionTakesIsRefused() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> rig.read(request("3").version(), model -> onlyFor(3, model)));
    assertThat(rig.reports).isEmpty();
  }

  @Test
  void theServingVersionStandsInForAnOverloadedCanary() {
    rig.model("a", 2).hold();
    for (int i = 0; i < ScoringRig.QUEUE_CAPACITY + 4; i++) {
      var unused = rig.score(request("1"));
    }
    rig.check(Optional.of("a"), request("1").version(), Optional.empty());

    CompletableFuture<ScoreResult> answer = rig.score(request("3"));
    rig.decodeAll();

    assertThat(version(answer)).isEqualTo(1);
    rig.model("a", 2).release(100);
  }

  @Test
  void bothOverloadedRefuseTheRequest() {
    rig.model("a", 1).hold();
    rig.model("a", 2).hold();
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                var unused = rig.score(request("1"));
              }
            })
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectedException.Reason.QUEUE_FULL));
    rig.model("a", 1).release(100);
    rig.model("a", 2).release(100);
  }

  /** Otherwise a canary that hangs would go on until an operator sees it. */
  @Test
  void aCanaryThatIsTooLateHasFailed() {
    CompletableFuture<ScoreResult> answer = rig.score(request("3"));
    rig.clock.advance(LIMIT);
    answer.completeExceptionally(new TimeoutException()); // As the server's timer does.

    assertReports("a/2 failed");
  }

  @Test
  void aClientThatGivesUpEarlierSaysNothingOfTheCanary() {
    CompletableFuture<ScoreResult> answer = rig.score(request("3"));
    answer.cancel(false);

    assertThat(rig.reports).isEmpty();
  }
}
