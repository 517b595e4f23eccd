package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelStatus;
import java.util.Optional;

/**
 * The manager's state of one version.
 *
 * @param status its published status
 * @param serving the files that serve requests; empty while none do
 * @param failed the files that could not be loaded and are not tried again until they change
 */
record VersionState(
    ModelStatus status, Optional<ModelSource> serving, Optional<ModelSource> failed) {

  ModelId id() {
    return status.id();
  }

  boolean isServing() {
    return serving.isPresent();
  }

  /** Whether exactly these files serve requests. */
  boolean isServing(ModelSource source) {
    return serving.filter(source::equals).isPresent();
  }

  /** Whether exactly these files could not be loaded. */
  boolean hasFailed(ModelSource source) {
    return failed.filter(source::equals).isPresent();
  }

  VersionState with(ModelStatus next) {
    return new VersionState(next, serving, failed);
  }

  VersionState withoutFailure() {
    return new VersionState(status, serving, Optional.empty());
  }
}
