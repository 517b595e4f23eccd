package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Tries new versions of the models whose settings ask for it, and decides which versions may serve.
 * Called on the manager's thread.
 */
public interface Trials {

  /** A process that tries no versions: the one that served before goes on. */
  Trials NONE =
      new Trials() {
        @Override
        public Decisions decisions(StoredModel model) {
          return new Decisions(
              OptionalLong.empty(), Map.of(), Optional.of("this process tries no versions"));
        }

        @Override
        public void assigned(
            StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {}

        @Override
        public void retain(Set<String> models) {}
      };

  /** A version in memory, and the files that it was loaded from. */
  record Loaded(ModelSource source, ServedModel model) {}

  /** What was decided about the versions of a model. */
  Decisions decisions(StoredModel model);

  /**
   * The versions of a model have these roles now. Called after every change, and often without one.
   *
   * @param serving the version that answers requests; empty while it is not loaded
   * @param candidate the version on trial; empty without a trial, or while it is not loaded
   */
  void assigned(StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate);

  /** Ends the trials of all other models: the store does not have them any more. */
  void retain(Set<String> models);
}
