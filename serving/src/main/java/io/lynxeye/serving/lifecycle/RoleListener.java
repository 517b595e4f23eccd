package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.StoredModel;
import java.util.Optional;
import java.util.Set;

/** Receives which versions of a model have which roles. Called on the manager's thread. */
public interface RoleListener {

  /**
   * The versions of a model have these roles now. Called after every change, and often without one.
   *
   * @param serving the version that answers requests; empty while it is not loaded
   * @param candidate the version on trial; empty without a trial, or while it is not loaded
   */
  void assigned(
      StoredModel model, Optional<Trials.Loaded> serving, Optional<Trials.Loaded> candidate);

  /** Forgets all other models: the store does not have them any more. */
  void retain(Set<String> models);
}
