package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The versions that answer requests: one immutable map behind one reference. Read on event loops
 * without a lock; written by the manager's thread alone.
 */
public final class ModelRegistry {

  private volatile NavigableMap<ModelId, ServedModel> models = new TreeMap<>();

  /**
   * The named version, or the newest available one of that name; nothing for a name or a version
   * that no model can have.
   */
  public Optional<ServedModel> find(String name, OptionalInt version) {
    int newest = version.orElse(Integer.MAX_VALUE);
    if (!ModelId.isName(name) || newest < 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(models.floorEntry(new ModelId(name, newest)))
        .map(Map.Entry::getValue)
        .filter(model -> model.id().name().equals(name))
        .filter(model -> version.isEmpty() || model.id().version() == newest);
  }

  /** All of them, by name and version. */
  public Collection<ServedModel> all() {
    return models.values();
  }

  void put(ServedModel model) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(models);
    next.put(model.id(), model);
    models = next;
  }

  Optional<ServedModel> remove(ModelId id) {
    NavigableMap<ModelId, ServedModel> next = new TreeMap<>(models);
    ServedModel removed = next.remove(id);
    models = next;
    return Optional.ofNullable(removed);
  }
}
