package io.lynxeye.management;

import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One version, or one thing in the store that should have been one, as an administrator sees it.
 *
 * @param name its model
 * @param version its number; empty for what is none
 * @param state where it stands; {@code END} also for what was never asked for
 * @param since when it came there, if that is known
 * @param reason why it does not serve, or why its newest files do not
 * @param place where its files are, from the store on; for a version on its way where it comes from
 * @param source what the store has; empty for what cannot be served
 * @param served what answers requests; empty while nothing does
 * @param aliases the labels that name it now
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

  /** Whether it should serve and does not. */
  public boolean isFailed() {
    return state == ModelState.END && reason.isPresent();
  }

  /** {@code READY}, {@code PENDING}, {@code FAILED} or, where nobody asks for it, UNLOADED. */
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
