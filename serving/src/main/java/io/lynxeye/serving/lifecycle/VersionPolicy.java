package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.manifest.VersionRule;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides on the next load or unload, from the contents of the store and the current versions.
 * Pure.
 *
 * <p>Of each model, the versions that its settings select are served, except failed ones. A version
 * whose files have changed is loaded again. Loads come before unloads, so that a version always
 * serves, unless the settings say otherwise. A failed version is not loaded again until its files
 * change, and never replaces one that serves. Where the settings ask for a rollout, the newest
 * version is loaded too, and {@link Roles} says which one answers.
 */
final class VersionPolicy {

  /** A step for the manager. */
  sealed interface Action permits Load, Unload {}

  /** Replaces the one that serves with the same name and version, if any. */
  record Load(ModelSource source, StoredModel model) implements Action {}

  record Unload(ModelId id) implements Action {}

  static final Comparator<ModelSource> NEWEST_FIRST =
      Comparator.comparing((ModelSource source) -> source.id().version()).reversed();

  private final Collection<StoredModel> found;
  private final Collection<VersionState> versions;
  private final Labels labels;
  private final Map<String, Decisions> decisions;

  /**
   * @param versions every version that the manager knows
   * @param labels the versions that labels currently point to
   * @param decisions by model, of those whose settings ask for a rollout
   */
  VersionPolicy(
      Collection<StoredModel> found,
      Collection<VersionState> versions,
      Labels labels,
      Map<String, Decisions> decisions) {
    this.found = found;
    this.versions = versions;
    this.labels = labels;
    this.decisions = decisions;
  }

  /** The roles of a model's versions; empty if its settings ask for no rollout. */
  Optional<Roles> roles(StoredModel model) {
    return model
        .settings()
        .rollout()
        .filter(rule -> model.settings().enabled())
        .map(rule -> decisions.getOrDefault(model.name(), Decisions.NONE))
        .map(decided -> Roles.of(model, this::isUsable, this::isServing, decided));
  }

  /**
   * The next step towards the desired state.
   *
   * @return empty if it is reached
   */
  Optional<Action> next() {
    return unload().or(this::load);
  }

  /** Why models have a version that is still to be loaded, or none that serves. */
  Map<String, Absence> absences() {
    Map<String, Absence> absences = new HashMap<>();
    for (StoredModel model : found) {
      absence(model).ifPresent(why -> absences.put(model.name(), why));
    }
    return absences;
  }

  private Optional<Absence> absence(StoredModel model) {
    if (!model.settings().enabled()) {
      return Optional.of(Absence.UNLOADED);
    }
    if (!desired(model).stream().allMatch(this::isHere)) {
      return Optional.of(Absence.LOADING);
    }
    boolean hasFailed = model.sources().stream().anyMatch(source -> !isUsable(source));
    return hasFailed ? Optional.of(Absence.FAILED) : Optional.empty();
  }

  /** The versions that wait for others to be loaded. */
  List<ModelId> waiting() {
    return found.stream()
        .flatMap(model -> desired(model).stream())
        .filter(source -> !isHere(source) && state(source.id()).isEmpty())
        .map(ModelSource::id)
        .toList();
  }

  /** Comes first, as it takes no time, unless another version must take over before. */
  private Optional<Action> unload() {
    return versions.stream()
        .filter(VersionState::isServing)
        .map(VersionState::id)
        .filter(id -> !isKept(id))
        .findFirst()
        .map(Unload::new);
  }

  private Optional<Action> load() {
    for (StoredModel model : found) {
      List<ModelSource> desired = desired(model);
      for (ModelSource source : desired) {
        if (!isHere(source)) {
          return Optional.of(loadOrUnloadFirst(source, model, desired));
        }
      }
    }
    return Optional.empty();
  }

  /** The load, or an unload that must come before it. */
  private Action loadOrUnloadFirst(
      ModelSource source, StoredModel model, List<ModelSource> desired) {
    Optional<VersionState> blocking =
        versions.stream()
            .filter(version -> model.settings().unloadFirst() && version.isServing())
            .filter(version -> version.id().name().equals(model.name()))
            .filter(
                version ->
                    version.id().equals(source.id())
                        || desired.stream().noneMatch(other -> other.id().equals(version.id())))
            .findFirst();
    return blocking.isPresent() ? new Unload(blocking.get().id()) : new Load(source, model);
  }

  /** The desired versions, newest first, but one on trial last. */
  private List<ModelSource> desired(StoredModel model) {
    if (!model.settings().enabled()) {
      return List.of();
    }
    Optional<Roles> roles = roles(model);
    Optional<ModelSource> candidate = roles.flatMap(Roles::candidate);
    VersionRule rule = model.settings().versions();
    Collection<Long> labelled = model.settings().labels().values();
    List<ModelSource> desired = new ArrayList<>();
    int newest = 0;
    for (ModelSource source : model.sources().stream().sorted(NEWEST_FIRST).toList()) {
      if (isUsable(source) && !candidate.equals(Optional.of(source))) {
        boolean mayServe = roles.map(all -> all.mayServe(source)).orElse(true);
        newest += mayServe ? 1 : 0;
        if ((mayServe && isSelected(rule, source.id().version().value(), newest))
            || labelled.contains(source.id().version().value())) {
          desired.add(source);
        }
      }
    }
    candidate.ifPresent(desired::add);
    return desired;
  }

  private static boolean isSelected(VersionRule rule, long version, int newest) {
    if (rule instanceof VersionRule.Latest latest) {
      return newest <= latest.count();
    }
    return !(rule instanceof VersionRule.Only only) || only.versions().contains(version);
  }

  /** Whether it has not failed, or serves with its previous files although the new ones failed. */
  private boolean isUsable(ModelSource source) {
    return state(source.id()).map(v -> v.isServing() || !v.hasFailed(source)).orElse(true);
  }

  private boolean isHere(ModelSource source) {
    return state(source.id()).filter(v -> v.isServing(source) || v.hasFailed(source)).isPresent();
  }

  private boolean isServing(ModelId id) {
    return state(id).filter(VersionState::isServing).isPresent();
  }

  private Optional<VersionState> state(ModelId id) {
    return versions.stream().filter(version -> version.id().equals(id)).findFirst();
  }

  /**
   * Whether a version continues to serve: it is desired, or a label points to it until the desired
   * version serves, or no desired version can take over yet (one on trial never does). Versions
   * that were removed from the store end, unless others are still being copied there.
   */
  private boolean isKept(ModelId id) {
    Optional<StoredModel> model =
        found.stream()
            .filter(stored -> stored.name().equals(id.name()))
            .filter(stored -> stored.settings().enabled())
            .findFirst();
    if (model.isEmpty()) {
      return false;
    }
    List<ModelSource> desired = desired(model.get());
    Optional<ModelSource> candidate = roles(model.get()).flatMap(Roles::candidate);
    boolean standsIn =
        desired.isEmpty()
            ? model.get().isArriving() || isAmong(model.get().sources(), id)
            : !desired.stream()
                .filter(source -> !candidate.equals(Optional.of(source)))
                .allMatch(this::isHere);
    return standsIn || isAmong(desired, id) || labels.hold(id, model.get().settings().labels());
  }

  private static boolean isAmong(List<ModelSource> sources, ModelId id) {
    return sources.stream().anyMatch(source -> source.id().equals(id));
  }
}
