package io.lynxeye.serving.repository;

import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.VersionNumber;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;

/**
 * A version in the index of the model repository, with Triton's names of the states.
 *
 * @param version empty for an entry of the store that is not a version
 * @param reason why it does not serve; empty if it does
 */
public record ModelIndexRow(String name, String version, String state, String reason) {

  private static final String UNLOADED = "unloaded";
  private static final String FAILED = "it could not be loaded; the server's log has the cause";

  /**
   * The rows of the index.
   *
   * @param onlyReady leaves out what cannot score
   */
  public static List<ModelIndexRow> of(
      NavigableMap<String, List<VersionView>> models, boolean onlyReady) {
    return models.values().stream()
        .flatMap(Collection::stream)
        .filter(view -> !onlyReady || view.state().isLoaded())
        .map(ModelIndexRow::of)
        .toList();
  }

  private static ModelIndexRow of(VersionView view) {
    return new ModelIndexRow(
        view.name(),
        view.version().map(VersionNumber::toString).orElse(""),
        state(view.state()),
        view.reason().orElse(view.state() == ModelState.END ? UNLOADED : ""));
  }

  /**
   * The row for callers that may only score: the reason of a failure can reveal internals, such as
   * paths.
   */
  ModelIndexRow withoutCause() {
    return new ModelIndexRow(
        name, version, state, reason.isEmpty() || reason.equals(UNLOADED) ? reason : FAILED);
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
