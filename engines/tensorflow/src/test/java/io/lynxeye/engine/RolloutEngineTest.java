package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.rollout.Rollouts;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts of the real ResNet50: what is promoted and what is stopped. Times have no limit. */
@Tag("engine")
@Timeout(300)
class RolloutEngineTest {

  private static final String NAME = EngineRing.PIXELS;

  /** Two pairs of times make one ratio, and a pass needs 20. */
  private static final int ENOUGH = 40;

  private static final ModelSettings SETTINGS =
      ModelSettings.of(
          Map.of(
              "rollout", "shadow",
              "rollout.share", "1",
              "rollout.min_images", Integer.toString(ENOUGH),
              "rollout.min_agreement", "0.8",
              "rollout.max_latency_ratio", "1000",
              "rollout.on_pass", "promote"));

  @TempDir private Path folder;
  private final EngineRing ring = EngineRing.get(); // It fills the store.
  private final ModelRegistry registry = new ModelRegistry();
  private Rollouts rollouts;
  private ModelManager manager;

  private void start(ModelSource candidate) {
    rollouts =
        new Rollouts(
            folder.resolve("state"),
            registry::isIdle,
            this::settle,
            NanoClock.SYSTEM,
            InstantSource.system());
    manager =
        new ModelManager(
            ring.loader(),
            registry,
            new BatchPolicy(1, Duration.ZERO, 16, 1),
            Duration.ofSeconds(20),
            status -> {},
            NanoClock.SYSTEM,
            InstantSource.system(),
            rollouts);
    rollouts.start();
    List<ModelSource> versions = List.of(EngineRing.source(NAME), candidate);
    manager.reconcile(List.of(new StoredModel(NAME, SETTINGS, versions))).join();
    assertThat(states()).containsExactly(ModelState.AVAILABLE, ModelState.SHADOW);
  }

  @AfterEach
  void stop() {
    rollouts.close();
    manager.stop().join();
  }

  private void settle() {
    var unused = manager.settled();
  }

  /** Version 2 with the files of version 1, but these labels. */
  private ModelSource version2(List<String> labels) throws Exception {
    ModelSource first = EngineRing.source(NAME);
    Path files = Files.createDirectories(folder.resolve("2"));
    try (Stream<Path> paths = Files.list(first.folder())) {
      for (Path path : paths.toList()) {
        Files.createSymbolicLink(files.resolve(path.getFileName()), path.toAbsolutePath());
      }
    }
    Path file = files.resolve("synset.txt");
    Files.delete(file);
    Files.write(file, labels);
    return new ModelSource(
        new ModelId(NAME, 2),
        new ModelFiles(files, first.files().format(), first.files().file(), ""),
        first.manifest());
  }

  private static List<String> labels() throws Exception {
    return Files.readAllLines(EngineRing.source(NAME).folder().resolve("synset.txt"));
  }

  private List<ModelState> states() {
    return manager.statuses().stream().map(ModelStatus::state).toList();
  }

  private boolean isOnTrial() {
    return rollouts.status(NAME).known().candidate().isPresent();
  }

  private long images() {
    return rollouts.status(NAME).known().evidence().images();
  }

  /** Answers callers until the trial has ended, and returns how many. */
  private int answerUntilTheEnd() throws Exception {
    List<byte[]> images = new ArrayList<>();
    for (String name : List.of("lynx", "wall_clock", "balloon")) {
      for (int size : List.of(224, 300, 400, 500)) {
        images.add(ImageMaker.resized(EngineRing.sample(name), size, size));
      }
    }
    int answered = 0;
    while (isOnTrial() && answered < 2 * ENOUGH) {
      ServedModel model = registry.find(NAME, VersionChoice.newest()).orElseThrow();
      ModelInput input = new ModelInput.Image(images.get(answered++ % images.size()));
      ModelOutput output = model.scoreAside(input);
      ScoreResult.Timing timing =
          new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
      long before = images();
      rollouts.scored(
          model,
          new ScoreListener.Scored(
              "", 0, input, new ScoreResult(model.description(), List.of(), output, timing)));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> images() > before || !isOnTrial());
    }
    manager.settled().join();
    return answered;
  }

  @Test
  void anIdenticalCopyIsPromoted() throws Exception {
    start(version2(labels()));

    // The decision follows the last comparison; meanwhile one more image may be answered.
    assertThat(answerUntilTheEnd()).isBetween(ENOUGH, ENOUGH + 1);

    assertThat(states()).containsExactly(ModelState.END, ModelState.AVAILABLE);
    assertThat(registry.find(NAME, VersionChoice.newest()).orElseThrow().id().version().value())
        .isEqualTo(2);
  }

  @Test
  void aVersionWhoseLabelsAreShiftedByOneIsStopped() throws Exception {
    List<String> shifted = new ArrayList<>(labels());
    Collections.rotate(shifted, 1);
    start(version2(shifted));

    assertThat(answerUntilTheEnd()).isLessThan(20);

    assertThat(states()).containsExactly(ModelState.AVAILABLE, ModelState.STOPPED);
    assertThat(manager.statuses().get(1).failure()).get().asString().contains("agreement 0 ");
  }
}
