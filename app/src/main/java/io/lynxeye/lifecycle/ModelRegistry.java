package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.VersionChoice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The versions that answer requests, and the labels that name them: one immutable state behind one
 * reference. Read on event loops without a lock; written by the manager's thread alone.
 */
public final class ModelRegistry {

  /** All that a request may see, consistent in itself. */
  private record State(
      NavigableMap<ModelId, ServedModel> models, Map<String, Map<String, Integer>> labels) {

    Optional<ServedModel> newest(String name) {
      return Optional.ofNullable(models.floorEntry(new ModelId(name, Integer.MAX_VALUE)))
          .map(Map.Entry::getValue)
          .filter(model -> model.id().name().equals(name));
    }

    Optional<ServedModel> exactly(String name, int version) {
      return version < 1
          ? Optional.empty()
          : Optional.ofNullable(models.get(new ModelId(name, version)));
    }

    Optional<ServedModel> labelled(String name, String label) {
      return Optional.ofNullable(labels.getOrDefault(name, Map.of()).get(label))
          .flatMap(version -> exactly(name, version));
    }
  }

  private volatile Set<String> expected = Set.of();
  private volatile State state = new State(new TreeMap<>(), Map.of());

  /**
   * The version of that name that is meant, if it is available; nothing for a name that no model
   * can have.
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
        : now.newest(name);
  }

  /** The labels that name this version, in order. */
  public List<String> labels(ModelId id) {
    return state.labels.getOrDefault(id.name(), Map.of()).entrySet().stream()
        .filter(label -> label.getValue() == id.version())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Whether a model of that name, or a version of it, is on its way. */
  public boolean isExpected(String name) {
    return expected.contains(name);
  }

  void expect(Set<String> names) {
    expected = names;
  }

  /** All of them, by name and version. */
  public Collection<ServedModel> all() {
    return state.models.values();
  }

  /** Samples that wait, of all models. */
  public int queued() {
    return all().stream().mapToInt(ServedModel::queued).sum();
  }

  /**
   * Makes a version available.
   *
   * @return what answered under the same name and version until now
   */
  Optional<ServedModel> put(ServedModel model) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(state.models);
    ServedModel replaced = next.put(model.id(), model);
    state = new State(next, state.labels);
    return Optional.ofNullable(replaced);
  }

  Optional<ServedModel> remove(ModelId id) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(state.models);
    ServedModel removed = next.remove(id);
    state = new State(next, state.labels);
    return Optional.ofNullable(removed);
  }

  /** By model name, each label's version; a label may name a version that is not available. */
  void label(Map<String, Map<String, Integer>> labels) {
    state = new State(state.models, Map.copyOf(labels));
  }
}
