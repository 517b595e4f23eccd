package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.manifest.VersionRule;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which version of a model answers requests, and which newer one is on trial. Pure.
 *
 * <p>The version that was decided on serves. If it is gone or cannot be loaded, the next older one
 * does; without one, a newer one, as a version on trial is better than no answer. Before anything
 * was decided, the version that serves already goes on; when none does, that is the second newest,
 * so that the newest can be tried. A lone version serves.
 *
 * @param serving empty if no version can serve
 * @param candidate the newest version above it, unless it was stopped or none can be tried
 */
record Roles(Optional<ModelSource> serving, Optional<ModelSource> candidate, Decisions decisions) {

  /**
   * @param isUsable whether a version has not failed
   * @param isServing whether a version is loaded
   */
  static Roles of(
      StoredModel model,
      Predicate<ModelSource> isUsable,
      Predicate<ModelId> isServing,
      Decisions decisions) {
    List<ModelSource> fit =
        model.sources().stream()
            .sorted(VersionPolicy.NEWEST_FIRST)
            .filter(source -> isListed(model.settings().versions(), number(source)))
            .filter(source -> isUsable.test(source) && !decisions.stopped().containsKey(source))
            .toList();
    Optional<ModelSource> serving = serving(fit, isServing, decisions);
    Optional<ModelSource> newest = fit.stream().findFirst();
    boolean isTried = !newest.equals(serving) && decisions.refusal().isEmpty();
    return new Roles(serving, isTried ? newest : Optional.empty(), decisions);
  }

  private static Optional<ModelSource> serving(
      List<ModelSource> fit, Predicate<ModelId> isServing, Decisions decisions) {
    Optional<ModelSource> newest = fit.stream().findFirst();
    if (decisions.serving().isPresent()) {
      long decided = decisions.serving().getAsLong();
      return fit.stream().filter(s -> number(s) <= decided).findFirst().or(() -> newest);
    }
    return fit.stream()
        .filter(source -> isServing.test(source.id()))
        .findFirst()
        .or(() -> fit.stream().skip(1).findFirst())
        .or(() -> newest);
  }

  /** A list of versions limits the choice; a count does not, as it counts from the serving one. */
  private static boolean isListed(VersionRule rule, long version) {
    return !(rule instanceof VersionRule.Only only) || only.versions().contains(version);
  }

  /** Whether a version may answer requests that name none, should the serving one end. */
  boolean mayServe(ModelSource source) {
    return whyStopped(source).isEmpty() && !isAbove(source);
  }

  /** Why a version does not serve although it is newer, or did; empty if it may, or is on trial. */
  Optional<String> whyStopped(ModelSource source) {
    Optional<String> stopped = Optional.ofNullable(decisions.stopped().get(source));
    return isAbove(source) ? stopped.or(decisions::refusal) : stopped;
  }

  private boolean isAbove(ModelSource source) {
    return serving.filter(it -> number(source) > number(it)).isPresent();
  }

  private static long number(ModelSource source) {
    return source.id().version().value();
  }
}
