package io.lynxeye.serving.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.lifecycle.Decisions;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The request path over fake models, with a decode pool that the test controls. */
final class ScoringRig implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(10);
  static final int QUEUE_CAPACITY = 4;

  /** Lets the manager try versions above the first. */
  private static final Trials TRYING =
      new Trials() {
        @Override
        public Decisions decisions(StoredModel model) {
          return new Decisions(OptionalLong.of(1), Map.of(), Optional.empty());
        }

        @Override
        public void assigned(
            StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {}

        @Override
        public void retain(Set<String> models) {}
      };

  /** What was reported of answers: the version, and " failed" if it did. */
  final Queue<String> reports = new ConcurrentLinkedQueue<>();

  /** Further requests that the server would admit, in addition to the limit of the model. */
  int available = Integer.MAX_VALUE;

  final FakeClock clock = new FakeClock();
  final ModelRegistry registry = new ModelRegistry();
  private final FakeLoader loader = new FakeLoader();
  private final Queue<Runnable> decodes = new ConcurrentLinkedQueue<>();
  private final ModelManager manager =
      new ModelManager(
          loader,
          registry,
          new BatchPolicy(4, Duration.ZERO, QUEUE_CAPACITY, 1),
          Duration.ofMillis(50),
          status -> {},
          clock,
          () -> Instant.EPOCH,
          TRYING);
  private final ScoringService service;

  ScoringRig(String defaultModel, Duration timeout) {
    this(defaultModel, timeout, Optional.empty());
  }

  /**
   * @param pool decodes on its own, if present
   */
  ScoringRig(String defaultModel, Duration timeout, Optional<DecodeExecutor> pool) {
    this(defaultModel, TimeLimits.of(timeout), pool);
  }

  ScoringRig(String defaultModel, TimeLimits limits, Optional<DecodeExecutor> pool) {
    service =
        new ScoringService(
            new ModelResolver(registry, defaultModel),
            pool.orElse(
                (model, prepared, answer, work) -> decodes.add(() -> work.accept(() -> {}))),
            () -> available,
            limits,
            clock,
            new ScoreListener() {
              @Override
              public void scored(ServedModel model, Scored scored) {
                reports.add(model.id() + " #" + scored.number());
              }

              @Override
              public void failed(ServedModel model) {
                reports.add(model.id() + " failed");
              }
            });
  }

  /** Serves these versions only. */
  void serve(ModelSource... sources) {
    assertThat(manager.reconcile(FakeLoader.store(sources))).succeedsWithin(SOON);
  }

  /** Serves these versions of a model, of which the newest is on trial if the settings say so. */
  void serve(Map<String, String> settings, ModelSource... sources) {
    String name = sources[0].id().name();
    StoredModel model = new StoredModel(name, ModelSettings.of(settings), List.of(sources));
    assertThat(manager.reconcile(List.of(model))).succeedsWithin(SOON);
  }

  FakeModel model(String name, int version) {
    return loader.model(name, version);
  }

  CompletableFuture<ScoreResult> score(ScoreRequest request) {
    return service.score(request);
  }

  CompletableFuture<List<ScoreResult>> scoreAll(String... texts) throws InvalidInputException {
    List<ModelInput> inputs =
        Stream.of(texts)
            .<ModelInput>map(text -> new ModelInput.Image(text.getBytes(StandardCharsets.UTF_8)))
            .toList();
    return service.scoreAll(
        new ScoreRequest(
            Optional.empty(),
            VersionChoice.newest(),
            inputs,
            OptionalInt.empty(),
            Optional.empty()));
  }

  CompletableFuture<List<ScoreResult>> scoreAll(ScoreRequest request) throws InvalidInputException {
    return service.scoreAll(request);
  }

  <T> ModelResolver.Read<T> read(VersionChoice version, ModelResolver.Reader<T> reader)
      throws InvalidInputException {
    return service.read(Optional.of("a"), version, reader);
  }

  void check(Optional<String> model, VersionChoice version, Optional<Duration> timeLeft) {
    service.check(model, version, timeLeft);
  }

  /** Waits until the model has this many requests in flight. */
  void awaitInFlight(String model, int requests) {
    ServedModel served = registry.find(model, VersionChoice.newest()).orElseThrow();
    Awaitility.await().until(() -> served.limiter().inFlight() == requests);
  }

  /** Runs all queued decodes. */
  void decodeAll() {
    for (Runnable work = decodes.poll(); work != null; work = decodes.poll()) {
      work.run();
    }
  }

  /** Waits until a decode is queued. */
  void awaitDecode() {
    Awaitility.await().until(() -> !decodes.isEmpty());
  }

  /** Runs the next queued decode. */
  void decodeOne() {
    decodes.remove().run();
  }

  /** Blocks the model's engine with one request, so that further requests wait. */
  void occupyEngine(String name, int version) throws InterruptedException {
    model(name, version).hold();
    assertThat(score(request(name, "0"))).isNotDone();
    decodeAll();
    model(name, version).awaitCall();
  }

  /** A request to the default model. */
  static ScoreRequest image(String text) {
    return new ScoreRequest(
        Optional.empty(),
        VersionChoice.newest(),
        text.getBytes(StandardCharsets.UTF_8),
        OptionalInt.empty());
  }

  ScoreRequest request(String model, String text) {
    return new ScoreRequest(
        Optional.of(model),
        VersionChoice.newest(),
        text.getBytes(StandardCharsets.UTF_8),
        OptionalInt.empty());
  }

  static ScoreRequest withVersion(ScoreRequest request, int version) {
    return new ScoreRequest(
        request.model(),
        new VersionChoice.Exactly(version),
        request.inputs(),
        request.topK(),
        request.timeLeft());
  }

  static ScoreRequest withTopK(ScoreRequest request, int topK) {
    return new ScoreRequest(
        request.model(),
        request.version(),
        request.inputs(),
        OptionalInt.of(topK),
        request.timeLeft());
  }

  static void assertFails(CompletableFuture<ScoreResult> answer, Class<?> type, String message) {
    assertThat(answer)
        .failsWithin(SOON)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(type)
        .withMessageContaining(message);
  }

  void stopModels() {
    assertThat(manager.stop()).succeedsWithin(SOON);
  }

  @Override
  public void close() {
    stopModels();
  }
}
