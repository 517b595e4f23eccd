package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** The model {@code m} of a process: manager and rollouts over fake models. */
final class RolloutRig implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(10);

  final FakeClock clock = new FakeClock();
  final FakeLoader loader;
  final ModelRegistry registry = new ModelRegistry();
  volatile boolean isIdle = true;
  volatile Instant now = Instant.parse("2026-11-30T00:00:00Z");
  final Rollouts rollouts;
  private final ModelManager manager;
  private Map<String, String> settings =
      Map.of(
          "rollout", "shadow",
          "rollout.share", "1",
          "rollout.min_images", "20",
          "rollout.min_agreement", "0.5",
          "rollout.on_pass", "promote");
  private List<ModelSource> sources = List.of();

  RolloutRig(Path folder) {
    this(folder, new FakeLoader());
  }

  private RolloutRig(Path folder, FakeLoader loader) {
    this.loader = loader;
    this.rollouts =
        new Rollouts(
            folder,
            () -> isIdle,
            this::settle,
            clock,
            () -> now,
            new ShadowScorer.Limits(4, 1000, Duration.ofSeconds(5), SOON, Duration.ofSeconds(5)));
    this.manager =
        new ModelManager(
            loader,
            registry,
            new BatchPolicy(1, Duration.ZERO, 16, 1),
            SOON,
            status -> {},
            clock,
            () -> now,
            rollouts);
    rollouts.start();
  }

  private void settle() {
    var unused = manager.settled();
  }

  /** With another value of a setting. */
  RolloutRig set(String key, String value) {
    Map<String, String> next = new TreeMap<>(settings);
    next.put(key, value);
    settings = next;
    return reconcile();
  }

  /** Puts these versions, and no others, into the store. */
  RolloutRig store(int... versions) {
    return store(
        IntStream.of(versions)
            .mapToObj(version -> FakeLoader.source("m", version))
            .toArray(ModelSource[]::new));
  }

  RolloutRig store(ModelSource... versions) {
    sources = List.of(versions);
    return reconcile();
  }

  private RolloutRig reconcile() {
    StoredModel model = new StoredModel("m", ModelSettings.of(settings), sources);
    assertThat(manager.reconcile(sources.isEmpty() ? List.of() : List.of(model)))
        .succeedsWithin(SOON);
    return this;
  }

  FakeModel model(int version) {
    return loader.model("m", version);
  }

  /** The version that answers requests without a version. */
  long serving() {
    return served().id().version().value();
  }

  private ServedModel served() {
    return registry.find("m", VersionChoice.newest()).orElseThrow();
  }

  boolean isLoaded(long version) {
    return registry.find("m", new VersionChoice.Exactly(version)).isPresent();
  }

  Map<Long, ModelState> states() {
    Map<Long, ModelState> states = new TreeMap<>();
    for (ModelStatus status : manager.statuses()) {
      states.put(status.id().version().value(), status.state());
    }
    return states;
  }

  RolloutStatus status() {
    return rollouts.status("m");
  }

  long images() {
    return status().known().evidence().images();
  }

  /** Answers a caller, and offers the answer for comparison. */
  void answer(String text) {
    answer(text, served(), Origin.NONE);
  }

  /** Answers a caller by this version. */
  void answer(String text, ServedModel model, Origin origin) {
    ModelInput input = new ModelInput.Image(text.getBytes(StandardCharsets.UTF_8));
    rollouts.scored(
        model, new ScoreListener.Scored(origin.requestId(), 0, input, result(model, input)));
  }

  /** What a version answers. */
  ScoreResult result(ServedModel model, ModelInput input) {
    try {
      ModelOutput output = model.scoreAside(input);
      ScoreResult.Timing timing =
          new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
      return new ScoreResult(model.description(), List.of(), output, timing);
    } catch (InvalidInputException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A version, whether it serves or is on trial. */
  ServedModel version(long number) {
    return registry.find("m", new VersionChoice.Exactly(number)).orElseThrow();
  }

  /** Answers callers until this many images are compared, or the trial has ended. */
  void compare(int images) {
    for (int i = 0; i < images && isOnTrial(); i++) {
      long before = images();
      answer(Integer.toString(i % FakeModel.CLASSES));
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> images() > before || !isOnTrial());
    }
  }

  boolean isOnTrial() {
    return status().known().candidate().isPresent();
  }

  /** Waits until the decisions so far are carried out. */
  void settled() {
    assertThat(manager.settled()).succeedsWithin(SOON);
  }

  /** A process that starts after this one was killed: it has only the files. */
  RolloutRig afterKill(Path folder) {
    rollouts.abandon();
    manager.stop().join();
    RolloutRig next = new RolloutRig(folder, loader);
    next.settings = settings;
    next.sources = sources;
    return next.reconcile();
  }

  Optional<String> reason(long version) {
    return manager.statuses().stream()
        .filter(status -> status.id().version().value() == version)
        .flatMap(status -> status.failure().stream())
        .findFirst();
  }

  @Override
  public void close() {
    rollouts.close();
    manager.stop().join();
  }
}
