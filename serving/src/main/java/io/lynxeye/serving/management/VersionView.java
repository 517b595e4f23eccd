package io.lynxeye.serving.management;

import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One version, or an unusable entry of the store, as the management API shows it.
 *
 * @param name its model
 * @param version its number; empty for an entry that is not a version
 * @param state its state; {@code END} also for a version that is not in the desired state
 * @param since when it entered the state, if known
 * @param reason why it does not serve, or why its newest files do not
 * @param place the path of its files, relative to the store; during an import the source address
 * @param source its files and manifest in the store; empty if it cannot be served
 * @param served the loaded model that answers requests; empty while there is none
 * @param aliases the labels that resolve to it now
 */
public record VersionView(
    String name,
    OptionalInt version,
    ModelState state,
    Optional<Instant> since,
    Optional<String> reason,
    String place,
    Optional<ModelSource> source,
    Optional<ServedModel> served,
    List<String> aliases) {

  public VersionView {
    aliases = List.copyOf(aliases);
  }

  /** Whether it should serve and cannot. */
  public boolean isFailed() {
    return state == ModelState.END && reason.isPresent();
  }

  /** {@code READY}, {@code PENDING}, {@code FAILED} or {@code UNLOADED}. */
  public String status() {
    return switch (state) {
      case AVAILABLE -> "READY";
      case START, LOADING -> "PENDING";
      case UNLOADING -> "UNLOADED";
      case END -> isFailed() ? "FAILED" : "UNLOADED";
    };
  }

  VersionView because(String why) {
    return new VersionView(
        name, version, state, since, Optional.of(why), place, source, served, aliases);
  }
}
