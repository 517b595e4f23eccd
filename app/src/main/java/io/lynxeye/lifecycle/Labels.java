package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.StoredModel;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The versions that labels name, which are not always those they should name: a label moves only
 * once its new version serves, so that an address with a label always has an answer. Pure.
 *
 * @param versions by model name and label
 */
record Labels(Map<String, Map<String, Integer>> versions) {

  static final Labels NONE = new Labels(Map.of());

  /** What labels name from now on, given which versions serve. */
  Labels next(Collection<StoredModel> found, Predicate<ModelId> isServing) {
    Map<String, Map<String, Integer>> next = new TreeMap<>();
    for (StoredModel model : found) {
      Map<String, Integer> labels = new TreeMap<>();
      model
          .settings()
          .labels()
          .forEach(
              (label, wanted) -> {
                int before = version(model.name(), label).orElse(wanted);
                boolean moves = isServing.test(new ModelId(model.name(), wanted));
                labels.put(label, moves ? wanted : before);
              });
      next.put(model.name(), labels);
    }
    return new Labels(next);
  }

  Optional<Integer> version(String model, String label) {
    return Optional.ofNullable(versions.getOrDefault(model, Map.of()).get(label));
  }

  /** Whether a label names it only because the version that should take over does not serve. */
  boolean hold(ModelId id, Map<String, Integer> wanted) {
    return wanted.entrySet().stream()
        .filter(label -> label.getValue() != id.version())
        .anyMatch(label -> version(id.name(), label.getKey()).equals(Optional.of(id.version())));
  }
}
