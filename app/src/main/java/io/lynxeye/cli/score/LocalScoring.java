package io.lynxeye.cli.score;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.scoring.DecodePool;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoringService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scoring path of the server without HTTP: the same decode pool, batcher and models. */
public final class LocalScoring implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LocalScoring.class);

  private final String model;
  private final ModelRegistry registry = new ModelRegistry();
  private final ModelManager manager;
  private final DecodePool decodePool = DecodePool.perCore();
  private final ScoringService service;

  private LocalScoring(ModelLoader loader, String model, BatchPolicy batches, Duration timeout) {
    this.model = model;
    this.manager =
        new ModelManager(
            loader,
            registry,
            batches,
            timeout,
            status -> {},
            NanoClock.SYSTEM,
            InstantSource.system(),
            Trials.NONE);
    this.service =
        new ScoringService(
            new ModelResolver(registry, model),
            decodePool,
            () -> Integer.MAX_VALUE,
            TimeLimits.of(timeout),
            NanoClock.SYSTEM,
            ScoreListener.NONE);
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
    LocalScoring local = new LocalScoring(loader, model, batches, timeout);
    List<String> failures = local.load(selected(found, model));
    if (local.registry.find(model, VersionChoice.newest()).isEmpty()) {
      local.close();
      throw new Failure(failures.isEmpty() ? noVersion(model) : String.join("; ", failures));
    }
    failures.forEach(failure -> log.warn("{}; using an older version", failure));
    return local;
  }

  /**
   * Loads all versions of one model, whatever its settings say.
   *
   * @param model with the versions to load
   * @throws Failure when one of them cannot be loaded
   */
  public static LocalScoring startAll(
      ModelLoader loader, StoredModel model, BatchPolicy batches, Duration timeout) throws Failure {
    ModelSettings all = ModelSettings.of(Map.of("versions", "all"));
    LocalScoring local = new LocalScoring(loader, model.name(), batches, timeout);
    StoredModel whole = new StoredModel(model.name(), all, model.sources());
    List<String> failures = local.load(selected(List.of(whole), model.name()));
    if (!failures.isEmpty()) {
      local.close();
      throw new Failure(String.join("; ", failures));
    }
    return local;
  }

  /** Returns what failed. */
  private List<String> load(List<StoredModel> models) {
    manager.reconcile(models).join();
    return manager.statuses().stream()
        .filter(ModelStatus::isFailed)
        .map(status -> status.id() + " cannot be loaded: " + status.failure().orElseThrow())
        .toList();
  }

  /** A version that {@link #startAll} has loaded. */
  public ServedModel version(VersionNumber number) {
    return registry.find(model, new VersionChoice.Exactly(number.value())).orElseThrow();
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
