package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import io.lynxeye.model.ModelStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Decides what to do next, from what is wanted and what is. Pure: does nothing itself. */
final class VersionPolicy {

  /** What the manager does next. */
  sealed interface Action permits Load, Unload {}

  record Load(ModelSource source) implements Action {}

  record Unload(ModelId id) implements Action {}

  private VersionPolicy() {}

  /** Of each model, the newest version: what is served unless something else is said. */
  static Collection<ModelSource> newest(Collection<ModelSource> found) {
    Map<String, ModelSource> newest = new TreeMap<>();
    for (ModelSource source : found) {
      newest.merge(
          source.id().name(),
          source,
          BinaryOperator.maxBy(Comparator.comparingInt(s -> s.id().version())));
    }
    return newest.values();
  }

  /**
   * Loads come before unloads, so that a model always has an answer; a version that failed is not
   * tried again; the old version stays as long as no wanted one has taken its place.
   *
   * @return empty when nothing is left to do
   */
  static Optional<Action> next(Collection<ModelSource> wanted, Collection<ModelStatus> statuses) {
    for (ModelSource source : wanted) {
      if (statuses.stream().noneMatch(status -> status.id().equals(source.id()))) {
        return Optional.of(new Load(source));
      }
    }
    return statuses.stream()
        .filter(status -> status.state() == ModelState.AVAILABLE)
        .map(ModelStatus::id)
        .filter(id -> !isWanted(id, wanted) && !isStandIn(id, wanted, statuses))
        .findFirst()
        .map(Unload::new);
  }

  private static boolean isWanted(ModelId id, Collection<ModelSource> wanted) {
    return wanted.stream().anyMatch(source -> source.id().equals(id));
  }

  /** Another version of the same model is wanted, but none of those is available. */
  private static boolean isStandIn(
      ModelId id, Collection<ModelSource> wanted, Collection<ModelStatus> statuses) {
    boolean modelWanted = wanted.stream().anyMatch(s -> s.id().name().equals(id.name()));
    boolean replaced =
        statuses.stream()
            .filter(status -> status.state() == ModelState.AVAILABLE)
            .map(ModelStatus::id)
            .anyMatch(other -> other.name().equals(id.name()) && isWanted(other, wanted));
    return modelWanted && !replaced;
  }
}
