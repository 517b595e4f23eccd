package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What rollouts have decided about the versions of one model.
 *
 * @param serving the number of the version that answers requests; empty = nothing was decided yet
 * @param stopped the versions that may not serve, each with the reason
 * @param refusal why no version can be tried now; empty if one can
 */
public record Decisions(
    OptionalLong serving, Map<ModelSource, String> stopped, Optional<String> refusal) {

  /** Nothing was decided, and any version may be tried. */
  public static final Decisions NONE =
      new Decisions(OptionalLong.empty(), Map.of(), Optional.empty());

  public Decisions {
    stopped = Map.copyOf(stopped);
  }
}
