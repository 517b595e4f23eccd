package io.lynxeye.serving.repository;

import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionNumber;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A version in the index of the model repository, with Triton's names of the states.
 *
 * @param version empty for an entry of the store that is not a version
 * @param reason why it does not serve; empty if it does
 */
public record ModelIndexRow(String name, String version, String state, String reason) {

  private static final String UNLOADED = "unloaded";

  /**
   * The rows of the index.
   *
   * @param onlyReady leaves out what cannot score
   */
  public static List<ModelIndexRow> of(
      NavigableMap<String, List<VersionView>> models, boolean onlyReady) {
    return views(models, onlyReady).map(view -> of(view, view.reason())).toList();
  }

  /**
   * The rows for callers that may only score: without what else is in the store, and without the
   * reason of a failure, which can reveal internals, such as paths.
   */
  static List<ModelIndexRow> forCallers(
      NavigableMap<String, List<VersionView>> models, boolean onlyReady) {
    return views(models, onlyReady)
        .filter(view -> view.version().isPresent())
        .map(view -> of(view, view.reason().map(cause -> ModelStatus.forCallers(view.state()))))
        .toList();
  }

  private static Stream<VersionView> views(
      NavigableMap<String, List<VersionView>> models, boolean onlyReady) {
    return models.values().stream()
        .flatMap(Collection::stream)
        .filter(view -> !onlyReady || view.state().isLoaded());
  }

  private static ModelIndexRow of(VersionView view, Optional<String> reason) {
    return new ModelIndexRow(
        view.name(),
        view.version().map(VersionNumber::toString).orElse(""),
        state(view.state()),
        reason.orElse(view.state() == ModelState.END ? UNLOADED : ""));
  }

  private static String state(ModelState state) {
    return switch (state.published()) {
      case START, LOADING -> "LOADING";
      case AVAILABLE -> "READY";
      case UNLOADING -> "UNLOADING";
      default -> "UNAVAILABLE";
    };
  }
}
