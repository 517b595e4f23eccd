package io.lynxeye.serving.rollout.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.record.VersionDigests;
import io.lynxeye.serving.rollout.verdict.TopClass;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the first answer of a version to its baseline, alarms and restarts. */
@Timeout(60)
class DriftsTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration NEVER = Duration.ofDays(1); // The tests call tick themselves.
  private static final ModelId ID = new ModelId("m", 1);
  private static final Map<String, String> ON = Map.of("drift", "on", "drift.window", "100");

  @TempDir private Path folder;
  private final FakeLoader loader = new FakeLoader();
  private final ModelRegistry registry = new ModelRegistry();
  private Instant now = Instant.parse("2026-11-30T00:00:00Z");
  private Drifts drifts;
  private ModelManager manager;

  @BeforeEach
  void start() {
    start(folder);
  }

  private void start(Path state) {
    drifts = new Drifts(state, () -> now, NEVER);
    manager =
        new ModelManager(
            loader,
            registry,
            new BatchPolicy(1, Duration.ZERO, 16, 1),
            SOON,
            status -> {},
            new FakeClock(),
            () -> now,
            Trials.NONE.and(drifts));
  }

  @AfterEach
  void stop() {
    drifts.close();
    manager.stop().join();
  }

  private void restart(Path state) {
    stop();
    start(state);
  }

  private void serve(Map<String, String> settings, ModelSource... sources) {
    StoredModel model = new StoredModel("m", ModelSettings.of(settings), List.of(sources));
    assertThat(manager.reconcile(List.of(model))).succeedsWithin(SOON);
  }

  /** Watches a second model, by the name of {@code a}, too. */
  private void serveBoth() {
    ModelSettings on = ModelSettings.of(ON);
    assertThat(
            manager.reconcile(
                List.of(
                    new StoredModel("a", on, List.of(FakeLoader.source("a", 1))),
                    new StoredModel("m", on, List.of(FakeLoader.source("m", 1))))))
        .succeedsWithin(SOON);
  }

  private void serve() {
    serve(ON, FakeLoader.source("m", 1));
  }

  private void answer(long version, String text) {
    answer("m", version, text);
  }

  private void answer(String name, long version, String text) {
    ServedModel model = registry.find(name, new VersionChoice.Exactly(version)).orElseThrow();
    ModelInput input = new ModelInput.Image(text.getBytes(StandardCharsets.UTF_8));
    ScoreResult.Timing timing =
        new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    try {
      drifts.scored(
          model,
          new ScoreListener.Scored(
              "",
              0,
              input,
              new ScoreResult(model.description(), List.of(), model.scoreAside(input), timing)));
    } catch (InvalidInputException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every class as often as the others. */
  private void answerOrdinarily(int images) {
    for (int i = 0; i < images; i++) {
      answer(1, Integer.toString(i % FakeModel.CLASSES));
    }
    drifts.tick();
  }

  private void collectBaseline() {
    answerOrdinarily(ScoreBaseline.IMAGES);
    assertThat(status().state()).isEqualTo(DriftStatus.State.WATCHING);
  }

  private DriftStatus status() {
    assertThat(drifts.statuses()).hasSize(1);
    return drifts.statuses().get(0);
  }

  private Path file() {
    return folder.resolve("m").resolve("baseline-1.json");
  }

  @Test
  void theFirstAnswersMakeTheBaseline() {
    serve();
    answerOrdinarily(ScoreBaseline.IMAGES - 1);
    assertThat(status().state()).isEqualTo(DriftStatus.State.COLLECTING);
    assertThat(status().collected()).isEqualTo(3_999);
    assertThat(drifts.facts("m")).contains(entry("state", "collecting"), entry("alarm", false));
    assertThat(file()).doesNotExist();

    answerOrdinarily(1);

    assertThat(status().state()).isEqualTo(DriftStatus.State.WATCHING);
    assertThat(status().baseline().orElseThrow().images()).isEqualTo(4_000);
    assertThat(status().baseline().orElseThrow().source()).isEqualTo("answers");
    assertThat(file()).exists();
  }

  @Test
  void anAlarmBeginsAndEnds() {
    serve();
    collectBaseline();
    answerOrdinarily(100);
    assertThat(status().alarm()).isEmpty();
    Instant begun = now.plusSeconds(60);
    now = begun;

    IntStream.range(0, 100).forEach(i -> answer(1, "3"));
    drifts.tick();
    assertThat(status().alarm()).contains(begun);
    assertThat(drifts.facts("m"))
        .contains(entry("alarm", true), entry("since", "2026-11-30T00:01:00Z"));
    now = begun.plusSeconds(60);
    drifts.tick();
    assertThat(status().alarm()).contains(begun);

    answerOrdinarily(100);
    assertThat(status().alarm()).isEmpty();
    assertThat(drifts.facts("m")).doesNotContainKey("since");
  }

  @Test
  void aRestartGoesOnWithTheBaseline() {
    serve();
    collectBaseline();
    StoredBaseline baseline = status().baseline().orElseThrow();

    restart(folder);
    serve();
    drifts.tick();

    assertThat(status().state()).isEqualTo(DriftStatus.State.WATCHING);
    assertThat(status().baseline()).contains(baseline);
  }

  @Test
  void theBaselineOfOtherFilesIsNotUsed() {
    serve();
    collectBaseline();

    serve(ON, FakeLoader.source("m", 1, Map.of(), "changed"));
    drifts.tick();

    assertThat(status().state()).isEqualTo(DriftStatus.State.COLLECTING);
    assertThat(status().collected()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"digest\": \"d\"}"})
  void aDamagedFileIsPutAsideAndTheBaselineBeginsAgain(String text) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text);
    serve();

    drifts.tick();

    assertThat(status().state()).isEqualTo(DriftStatus.State.COLLECTING);
    assertThat(file()).doesNotExist();
    assertThat(file().resolveSibling("baseline-1.json.damaged")).hasContent(text);
    collectBaseline();
    assertThat(file()).exists();
  }

  /** A folder in place of the file: a read fails, for every user. */
  @Test
  void aFileThatCannotBeReadIsKeptAndUsedLater() throws IOException {
    serve();
    collectBaseline();
    StoredBaseline baseline = status().baseline().orElseThrow();
    Path away = Files.move(file(), folder.resolve("away"));
    Files.createDirectory(file());
    loader.forget("m", 1);
    restart(folder);
    serve();

    drifts.tick();
    assertThat(status().state()).isEqualTo(DriftStatus.State.COLLECTING);
    assertThat(status().problem()).get().asString().contains("baseline-1.json cannot be read");
    assertThat(file()).isDirectory();
    now = now.plusSeconds(60);
    collectBaseline();
    assertThat(status().baseline().orElseThrow().taken()).isEqualTo(now);
    assertThat(status().problem())
        .get()
        .asString()
        .contains("the baseline ends with this process", "cannot be read");

    Files.delete(file());
    Files.move(away, file());
    drifts.tick();

    assertThat(status().baseline()).contains(baseline);
    assertThat(status().problem()).isEmpty();
    assertThat(file().resolveSibling("baseline-1.json.damaged")).doesNotExist();
  }

  @Test
  void aVersionThatCannotBeCheckedDoesNotKeepTheOthersFromIt() {
    serveBoth();
    IntStream.range(0, ScoreBaseline.IMAGES).forEach(i -> answer("a", 1, "3"));
    answer(1, "3");
    Instant before = now;
    now = null; // The baseline of a is complete, and needs the time.

    drifts.tick();

    now = before;
    assertThat(drifts.statuses().get(0).baseline()).isEmpty();
    assertThat(drifts.statuses().get(1).collected()).isEqualTo(1);
  }

  @Test
  void whereNothingCanBeWrittenTheBaselineIsInMemory() throws IOException {
    Path state = Files.writeString(folder.resolve("a-file"), "").resolve("below");
    restart(state);
    serve();

    collectBaseline();

    assertThat(status().problem().orElseThrow())
        .contains("the baseline ends with this process", "cannot be written", "--state-dir");
    IntStream.range(0, 100).forEach(i -> answer(1, "3"));
    drifts.tick();
    assertThat(status().alarm()).isPresent();
  }

  @Test
  void aBaselineThatACommandWritesIsUsedWhileTheServerRuns() throws IOException {
    serve();
    answerOrdinarily(7);
    List<TopClass> answers = new ArrayList<>();
    for (int i = 0; i < ScoreBaseline.MIN_IMAGES; i++) {
      answers.add(new TopClass("label 3", 0.91));
    }
    String digest = VersionDigests.digest(FakeLoader.source("m", 1));
    StoredBaseline written =
        new StoredBaseline(digest, "folder", 400, now, ScoreBaseline.of(answers));

    new BaselineFiles(folder).write(ID, written);
    drifts.tick();

    assertThat(status().baseline()).contains(written);
    IntStream.range(0, 100).forEach(i -> answer(1, "3"));
    drifts.tick();
    assertThat(status().alarm()).isEmpty();
    answerOrdinarily(100);
    assertThat(status().alarm()).isPresent();
  }

  @Test
  void aForgottenBaselineBeginsAgain() throws IOException {
    serve();
    collectBaseline();

    assertThat(drifts.forgetBaseline("m")).isTrue();

    assertThat(file()).doesNotExist();
    assertThat(status().state()).isEqualTo(DriftStatus.State.COLLECTING);
    drifts.tick();
    assertThat(status().collected()).isZero();
    assertThat(drifts.forgetBaseline("other")).isFalse();
  }

  @Test
  void outputsThatAreNoClassScoresAreRefused() {
    serve();

    answer(1, "content");
    drifts.tick();

    assertThat(status().state()).isEqualTo(DriftStatus.State.REFUSED);
    assertThat(drifts.facts("m"))
        .contains(
            entry("state", "refused"), entry("problem", "its outputs are not one score per class"));
  }

  @Test
  void onlyTheServingVersionOfAModelWithTheSettingIsWatched() {
    Map<String, String> two = Map.of("drift", "on", "versions", "all");
    serve(two, FakeLoader.source("m", 1), FakeLoader.source("m", 2));
    answer(1, "3");
    answer(2, "3");
    answer(2, "4");
    drifts.tick();
    assertThat(status().id()).isEqualTo(new ModelId("m", 2));
    assertThat(status().collected()).isEqualTo(2);

    serve(Map.of("drift", "off"), FakeLoader.source("m", 1));
    assertThat(drifts.statuses()).isEmpty();
    assertThat(drifts.facts("m")).contains(entry("state", "off"), entry("alarm", false));

    serve();
    assertThat(drifts.statuses()).hasSize(1);
    drifts.retain(Set.of());
    assertThat(drifts.statuses()).isEmpty();
  }

  @Test
  void workersLoseNoAnswerWhileTheThreadLooks() {
    serve();
    Thread looks =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                drifts.tick();
              }
            });
    looks.start();

    IntStream.range(0, 3_999).parallel().forEach(i -> answer(1, Integer.toString(i % 10)));
    looks.interrupt();
    drifts.tick();

    assertThat(status().collected()).isEqualTo(3_999);
  }
}
