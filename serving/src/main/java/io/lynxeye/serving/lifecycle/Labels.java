package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.StoredModel;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The versions that labels currently point to. A label moves only once its new version serves, so
 * that an address with a label always works. Immutable.
 *
 * @param versions version numbers by model name and label
 */
record Labels(Map<String, Map<String, Long>> versions) {

  static final Labels NONE = new Labels(Map.of());

  /** The labels after a scan of the store, given the versions that serve. */
  Labels next(Collection<StoredModel> found, Predicate<ModelId> isServing) {
    Map<String, Map<String, Long>> next = new TreeMap<>();
    for (StoredModel model : found) {
      Map<String, Long> labels = new TreeMap<>();
      model
          .settings()
          .labels()
          .forEach(
              (label, desired) -> {
                long before = version(model.name(), label).orElse(desired);
                boolean moves = isServing.test(new ModelId(model.name(), desired));
                labels.put(label, moves ? desired : before);
              });
      next.put(model.name(), labels);
    }
    return new Labels(next);
  }

  Optional<Long> version(String model, String label) {
    return Optional.ofNullable(versions.getOrDefault(model, Map.of()).get(label));
  }

  /** Whether a label points to the version only until the desired one serves. */
  boolean hold(ModelId id, Map<String, Long> desired) {
    return desired.entrySet().stream()
        .filter(label -> label.getValue() != id.version().value())
        .anyMatch(
            label -> version(id.name(), label.getKey()).equals(Optional.of(id.version().value())));
  }
}
