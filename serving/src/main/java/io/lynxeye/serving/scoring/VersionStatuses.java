package io.lynxeye.serving.scoring;

import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The states of a model's versions, for the protocols of TensorFlow Serving. */
public final class VersionStatuses {

  private final ModelResolver models;
  private final Supplier<? extends Collection<ModelStatus>> all;

  /**
   * @param all every version of every model; called on event loops
   */
  public VersionStatuses(ModelResolver models, Supplier<? extends Collection<ModelStatus>> all) {
    this.models = models;
    this.all = all;
  }

  /**
   * The states of a model's versions, the newest first; empty if there is no such version.
   *
   * @param version the newest = all; a label = its current version
   * @throws ModelNotFoundException when the label is of no version that serves
   */
  public List<ModelStatus> of(String model, VersionChoice version) {
    return all.get().stream()
        .filter(status -> status.id().name().equals(model) && isFor(status, version))
        .sorted(Comparator.comparing(ModelStatus::id).reversed())
        .toList();
  }

  private boolean isFor(ModelStatus status, VersionChoice version) {
    if (version instanceof VersionChoice.Exactly exactly) {
      return status.id().version().value() == exactly.version();
    }
    return version instanceof VersionChoice.Newest
        || models.describe(Optional.of(status.id().name()), version).id().equals(status.id());
  }
}
