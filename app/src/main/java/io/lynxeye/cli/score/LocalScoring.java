package io.lynxeye.cli.score;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.DecodePool;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoringService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scoring path of the server without HTTP: the same decode pool, batcher and model. */
final class LocalScoring implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LocalScoring.class);

  private final ModelManager manager;
  private final DecodePool decodePool;
  private final ScoringService service;

  private LocalScoring(ModelManager manager, DecodePool decodePool, ScoringService service) {
    this.manager = manager;
    this.decodePool = decodePool;
    this.service = service;
  }

  /**
   * Loads one model, as the server would, and waits until it is available.
   *
   * @throws Failure when no version of it can be loaded
   */
  static LocalScoring start(
      ModelLoader loader,
      List<StoredModel> found,
      String model,
      BatchPolicy batches,
      Duration timeout)
      throws Failure {
    ModelRegistry registry = new ModelRegistry();
    ModelManager manager =
        new ModelManager(
            loader,
            registry,
            batches,
            timeout,
            status -> {},
            NanoClock.SYSTEM,
            InstantSource.system(),
            Trials.NONE);
    manager.reconcile(selected(found, model)).join();
    List<String> failures =
        manager.statuses().stream()
            .filter(ModelStatus::isFailed)
            .map(status -> status.id() + " cannot be loaded: " + status.failure().orElseThrow())
            .toList();
    if (registry.find(model, VersionChoice.newest()).isEmpty()) {
      manager.stop().join();
      throw new Failure(failures.isEmpty() ? noVersion(model) : String.join("; ", failures));
    }
    failures.forEach(failure -> log.warn("{}; using an older version", failure));
    DecodePool decodePool = DecodePool.perCore();
    ScoringService service =
        new ScoringService(
            new ModelResolver(registry, model),
            decodePool,
            () -> Integer.MAX_VALUE,
            TimeLimits.of(timeout),
            NanoClock.SYSTEM,
            ScoreListener.NONE);
    return new LocalScoring(manager, decodePool, service);
  }

  private static String noVersion(String model) {
    return model + " has no version that its settings select; is it disabled by enabled=false?";
  }

  /** Selects one model, without the batching of its manifest, which is meant for a server. */
  private static List<StoredModel> selected(List<StoredModel> found, String model) {
    return found.stream()
        .filter(stored -> stored.name().equals(model))
        .map(
            stored ->
                new StoredModel(
                    model,
                    stored.settings(),
                    stored.sources().stream().map(LocalScoring::withoutBatching).toList()))
        .toList();
  }

  private static ModelSource withoutBatching(ModelSource source) {
    return new ModelSource(source.id(), source.files(), source.manifest().withDefaultBatching());
  }

  ScoringService service() {
    return service;
  }

  @Override
  public void close() {
    decodePool.shutdown();
    manager.stop().join();
  }
}
