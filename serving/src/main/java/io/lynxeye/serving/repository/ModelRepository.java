package io.lynxeye.serving.repository;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.ModelCounters;
import io.lynxeye.serving.observation.ModelTotals;
import io.lynxeye.serving.scoring.ModelNotFoundException;
import io.lynxeye.serving.scoring.ModelResolver;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What Triton's clients can read of the models, on any port; nothing can be changed here.
 * Thread-safe.
 */
public final class ModelRepository {

  private final ModelResolver models;
  private final ModelRegistry registry;
  private final ModelCounters counters;
  private final Supplier<NavigableMap<String, List<VersionView>>> inventory;

  /** What a version has done since it was loaded. */
  public record Statistics(ModelId id, ModelTotals totals) {}

  /**
   * @param inventory every model by name with its versions; called on event loops
   */
  public ModelRepository(
      ModelResolver models,
      ModelRegistry registry,
      ModelCounters counters,
      Supplier<NavigableMap<String, List<VersionView>>> inventory) {
    this.models = models;
    this.registry = registry;
    this.counters = counters;
    this.inventory = inventory;
  }

  /**
   * Every version, for callers that may only score: without causes of failures, and without what
   * else is in the store.
   *
   * @param onlyReady leaves out what cannot score
   */
  public List<ModelIndexRow> index(boolean onlyReady) {
    return ModelIndexRow.forCallers(inventory.get(), onlyReady);
  }

  /**
   * The configuration of a version.
   *
   * @param model empty = the default model
   * @throws ModelNotFoundException when there is no such version
   * @throws RejectedException when it is being loaded or unloaded
   */
  public ModelConfiguration configuration(Optional<String> model, VersionChoice version) {
    ModelDescription described = models.describe(model, version);
    return ModelConfiguration.of(served(described.id()), registry.all());
  }

  private ServedModel served(ModelId id) {
    return registry.all().stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new RejectedException(RejectedException.Reason.DRAINING));
  }

  /** The statistics of every version that is served. */
  public List<Statistics> statistics() {
    return registry.all().stream().map(model -> statistics(model.id())).toList();
  }

  /**
   * The statistics of a version, or of all versions of a model.
   *
   * @param version the newest = all
   * @throws ModelNotFoundException when there is no such version
   * @throws RejectedException when it is being loaded
   */
  public List<Statistics> statistics(String model, VersionChoice version) {
    ModelId id = models.describe(Optional.of(model), version).id();
    return version instanceof VersionChoice.Newest
        ? statistics().stream().filter(row -> row.id().name().equals(model)).toList()
        : List.of(statistics(id));
  }

  private Statistics statistics(ModelId id) {
    return new Statistics(id, counters.of(id));
  }
}
