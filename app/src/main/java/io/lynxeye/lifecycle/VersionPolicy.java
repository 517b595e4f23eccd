package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import io.lynxeye.model.VersionRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides what to do next, from what the store has and what is. Pure: does nothing itself.
 *
 * <p>Of each model, the versions its settings ask for are served, those that failed left out.
 * Versions are compared with their files: one whose files have changed is loaded again. Loads come
 * before unloads, so that there is always an answer, unless the settings want it otherwise. What
 * failed is not tried again until its files change, and never displaces what serves.
 */
final class VersionPolicy {

  /** What the manager does next. */
  sealed interface Action permits Load, Unload {}

  /** Takes the place of what serves under the same name and version, if anything does. */
  record Load(ModelSource source, StoredModel model) implements Action {}

  record Unload(ModelId id) implements Action {}

  private static final Comparator<ModelSource> NEWEST_FIRST =
      Comparator.comparing((ModelSource source) -> source.id().version()).reversed();

  private final Collection<StoredModel> found;
  private final Collection<VersionState> versions;
  private final Labels labels;

  /**
   * @param versions every version the manager knows of
   * @param labels what labels name now
   */
  VersionPolicy(Collection<StoredModel> found, Collection<VersionState> versions, Labels labels) {
    this.found = found;
    this.versions = versions;
    this.labels = labels;
  }

  /**
   * The next step towards what is wanted.
   *
   * @return empty when nothing is left to do
   */
  Optional<Action> next() {
    return unload().or(this::load);
  }

  /** The models of which something is still to be loaded. */
  Set<String> missing() {
    return found.stream()
        .filter(model -> !wanted(model).stream().allMatch(this::isHere))
        .map(StoredModel::name)
        .collect(Collectors.toSet());
  }

  /** First of all, for it takes no time, where nothing is still to take over. */
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
      List<ModelSource> wanted = wanted(model);
      for (ModelSource source : wanted) {
        if (!isHere(source)) {
          return Optional.of(wayIn(source, model, wanted));
        }
      }
    }
    return Optional.empty();
  }

  /** The load itself, or first an unload that makes room for it. */
  private Action wayIn(ModelSource source, StoredModel model, List<ModelSource> wanted) {
    Optional<VersionState> inTheWay =
        versions.stream()
            .filter(version -> model.settings().unloadFirst() && version.isServing())
            .filter(version -> version.id().name().equals(model.name()))
            .filter(
                version ->
                    version.id().equals(source.id())
                        || wanted.stream().noneMatch(other -> other.id().equals(version.id())))
            .findFirst();
    return inTheWay.isPresent() ? new Unload(inTheWay.get().id()) : new Load(source, model);
  }

  /** What should serve, newest first. */
  private List<ModelSource> wanted(StoredModel model) {
    if (!model.settings().enabled()) {
      return List.of();
    }
    VersionRule rule = model.settings().versions();
    Collection<Integer> labelled = model.settings().labels().values();
    List<ModelSource> wanted = new ArrayList<>();
    int newest = 0;
    for (ModelSource source : model.sources().stream().sorted(NEWEST_FIRST).toList()) {
      if (isUsable(source)) {
        newest++;
        if (isAskedFor(rule, source.id().version(), newest)
            || labelled.contains(source.id().version())) {
          wanted.add(source);
        }
      }
    }
    return wanted;
  }

  private static boolean isAskedFor(VersionRule rule, int version, int newest) {
    if (rule instanceof VersionRule.Latest latest) {
      return newest <= latest.count();
    }
    return !(rule instanceof VersionRule.Only only) || only.versions().contains(version);
  }

  /** Not failed; or changed for the worse while it serves: what was loaded before goes on. */
  private boolean isUsable(ModelSource source) {
    return state(source.id()).map(v -> v.isServing() || !v.hasFailed(source)).orElse(true);
  }

  private boolean isHere(ModelSource source) {
    return state(source.id()).filter(v -> v.isServing(source) || v.hasFailed(source)).isPresent();
  }

  private Optional<VersionState> state(ModelId id) {
    return versions.stream().filter(version -> version.id().equals(id)).findFirst();
  }

  /**
   * Wanted; or held by a label whose new version is not there; or serving until what is wanted, or
   * still arriving, can take over. What the store has no more goes, unless something arrives.
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
    List<ModelSource> wanted = wanted(model.get());
    boolean standsIn =
        wanted.isEmpty()
            ? model.get().isArriving() || isAmong(model.get().sources(), id)
            : !wanted.stream().allMatch(this::isHere);
    return standsIn || isAmong(wanted, id) || labels.hold(id, model.get().settings().labels());
  }

  private static boolean isAmong(List<ModelSource> sources, ModelId id) {
    return sources.stream().anyMatch(source -> source.id().equals(id));
  }
}
