package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.model.VersionChoice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The versions that serve requests, and which of them a request without a version or with a label
 * gets: one immutable state behind one reference. Read on event loops without a lock; written by
 * the manager's thread only.
 */
public final class ModelRegistry {

  /**
   * A consistent snapshot for requests.
   *
   * @param ceilings by model, the version above which all are on trial or stopped
   * @param canaries by model, the version that answers a share of the callers
   */
  private record State(
      NavigableMap<ModelId, ServedModel> models,
      Map<String, Map<String, Long>> labels,
      Map<String, Long> ceilings,
      Map<String, Canary> canaries) {

    State with(NavigableMap<ModelId, ServedModel> others) {
      return new State(others, labels, ceilings, canaries);
    }

    Optional<ServedModel> forCallers(String name, Origin origin) {
      return Optional.ofNullable(canaries.get(name))
          .filter(canary -> canary.answers(origin))
          .flatMap(canary -> Optional.ofNullable(models.get(canary.version())))
          .or(() -> newest(name));
    }

    /** One above the ceiling stands in while there is no other. */
    Optional<ServedModel> newest(String name) {
      return upTo(name, ceilings.getOrDefault(name, Long.MAX_VALUE))
          .or(() -> upTo(name, Long.MAX_VALUE));
    }

    private Optional<ServedModel> upTo(String name, long version) {
      return Optional.ofNullable(models.floorEntry(new ModelId(name, version)))
          .map(Map.Entry::getValue)
          .filter(model -> model.id().name().equals(name));
    }

    Optional<ServedModel> exactly(String name, long version) {
      return version < 0
          ? Optional.empty()
          : Optional.ofNullable(models.get(new ModelId(name, version)));
    }

    Optional<ServedModel> labelled(String name, String label) {
      return Optional.ofNullable(labels.getOrDefault(name, Map.of()).get(label))
          .flatMap(version -> exactly(name, version));
    }
  }

  private volatile Optional<Map<String, Absence>> absences = Optional.empty();
  private volatile State state = new State(new TreeMap<>(), Map.of(), Map.of(), Map.of());

  /**
   * The version that the name and the choice select, if it is available; empty for an invalid name.
   */
  public Optional<ServedModel> find(String name, VersionChoice version) {
    if (!ModelId.isName(name)) {
      return Optional.empty();
    }
    State now = state;
    if (version instanceof VersionChoice.Exactly exactly) {
      return now.exactly(name, exactly.version());
    }
    return version instanceof VersionChoice.Label label
        ? now.labelled(name, label.label())
        : now.forCallers(name, ((VersionChoice.Newest) version).origin());
  }

  /** The labels that point to this version, in order. */
  public List<String> labels(ModelId id) {
    return state.labels.getOrDefault(id.name(), Map.of()).entrySet().stream()
        .filter(label -> label.getValue() == id.version().value())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Whether a model of that name, or a version of it, is still to be loaded. */
  public boolean isExpected(String name) {
    return absences.map(all -> all.get(name)).filter(Absence.LOADING::equals).isPresent();
  }

  /** Why no version of a model serves; meaningless while one does. */
  public Absence absence(String name) {
    return absences
        .map(all -> all.getOrDefault(name, Absence.MISSING))
        .orElse(Absence.LOADING); // The store was not scanned yet.
  }

  /** Sets why models of the store do not serve, or not as they should. */
  void absent(Map<String, Absence> models) {
    absences = Optional.of(Map.copyOf(models));
  }

  /** All versions, ordered by name and version. */
  public Collection<ServedModel> all() {
    return state.models.values();
  }

  /** Whether no image of any model waits, is decoded or is being scored. */
  public boolean isIdle() {
    return all().stream().allMatch(model -> model.limiter().inFlight() == 0);
  }

  /** Queued images of all models. */
  public int queued() {
    return all().stream().mapToInt(ServedModel::queued).sum();
  }

  /**
   * Makes a version available.
   *
   * @return the one that it replaces, with the same name and version
   */
  Optional<ServedModel> put(ServedModel model) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(state.models);
    ServedModel replaced = next.put(model.id(), model);
    state = state.with(next);
    return Optional.ofNullable(replaced);
  }

  Optional<ServedModel> remove(ModelId id) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(state.models);
    ServedModel removed = next.remove(id);
    state = state.with(next);
    return Optional.ofNullable(removed);
  }

  /**
   * Sets the version of each label, and the ceiling and the canary of each model with a rollout, by
   * model name, in one step; the versions need not be available.
   */
  void assign(
      Map<String, Map<String, Long>> labels,
      Map<String, Long> ceilings,
      Map<String, Canary> canaries) {
    state = new State(state.models, Map.copyOf(labels), Map.copyOf(ceilings), Map.copyOf(canaries));
  }
}
