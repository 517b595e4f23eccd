package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import io.lynxeye.model.ModelStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** Decides what to do next, from what was found and what is. Pure: does nothing itself. */
final class VersionPolicy {

  /** What the manager does next. */
  sealed interface Action permits Load, Unload {}

  record Load(ModelSource source) implements Action {}

  record Unload(ModelId id) implements Action {}

  private static final Comparator<ModelSource> BY_VERSION =
      Comparator.comparingInt(source -> source.id().version());

  private VersionPolicy() {}

  /**
   * Serves, of each model found, the newest version that has not failed. Loads come before unloads,
   * so that a model always has an answer. A version that failed is not tried again; when all that
   * were found have failed, the one that serves stays.
   *
   * @return empty when nothing is left to do
   */
  static Optional<Action> next(Collection<ModelSource> found, Collection<ModelStatus> statuses) {
    Map<String, ModelSource> wanted = wanted(found, statuses);
    for (ModelSource source : wanted.values()) {
      if (statuses.stream().noneMatch(status -> isHere(status, source.id()))) {
        return Optional.of(new Load(source));
      }
    }
    return statuses.stream()
        .filter(status -> status.state() == ModelState.AVAILABLE)
        .map(ModelStatus::id)
        .filter(id -> !isWanted(id, wanted) && !isStandIn(id, found, wanted))
        .findFirst()
        .map(Unload::new);
  }

  /** By name, the newest version found that has not failed. */
  private static Map<String, ModelSource> wanted(
      Collection<ModelSource> found, Collection<ModelStatus> statuses) {
    Set<ModelId> failed =
        statuses.stream()
            .filter(ModelStatus::isFailed)
            .map(ModelStatus::id)
            .collect(Collectors.toSet());
    Map<String, ModelSource> wanted = new TreeMap<>();
    for (ModelSource source : found) {
      if (!failed.contains(source.id())) {
        wanted.merge(source.id().name(), source, BinaryOperator.maxBy(BY_VERSION));
      }
    }
    return wanted;
  }

  /** Serving or on its way; a version that was unloaded is loaded again when it is wanted again. */
  private static boolean isHere(ModelStatus status, ModelId id) {
    return status.id().equals(id) && status.state() != ModelState.END;
  }

  private static boolean isWanted(ModelId id, Map<String, ModelSource> wanted) {
    ModelSource source = wanted.get(id.name());
    return source != null && source.id().equals(id);
  }

  /** Its model is still found, but only in versions that failed. */
  private static boolean isStandIn(
      ModelId id, Collection<ModelSource> found, Map<String, ModelSource> wanted) {
    return !wanted.containsKey(id.name())
        && found.stream().anyMatch(source -> source.id().name().equals(id.name()));
  }
}
