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
public interface Trials extends RoleListener {

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

  /** These trials, and another receiver of the roles. */
  default Trials and(RoleListener other) {
    Trials trials = this;
    return new Trials() {
      @Override
      public Decisions decisions(StoredModel model) {
        return trials.decisions(model);
      }

      @Override
      public void assigned(
          StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {
        trials.assigned(model, serving, candidate);
        other.assigned(model, serving, candidate);
      }

      @Override
      public void retain(Set<String> models) {
        trials.retain(models);
        other.retain(models);
      }
    };
  }
}
