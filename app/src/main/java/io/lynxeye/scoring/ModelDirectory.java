package io.lynxeye.scoring;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.VersionChoice;
import java.util.Optional;

/**
 * The models as requests mean them: by name, or none, which is the default model. Read on event
 * loops without a lock.
 */
public final class ModelDirectory {

  private final ModelRegistry registry;
  private final String defaultModel;

  public ModelDirectory(ModelRegistry registry, String defaultModel) {
    this.registry = registry;
    this.defaultModel = defaultModel;
  }

  Optional<ServedModel> find(Optional<String> model, VersionChoice version) {
    return registry.find(model.orElse(defaultModel), version);
  }

  ServedModel require(Optional<String> model, VersionChoice version) {
    return find(model, version).orElseThrow(() -> unavailable(model, version));
  }

  /**
   * What the model is that would score a request now.
   *
   * @param model its name; empty = the default model
   * @throws ModelNotFoundException when no such model is available
   * @throws RejectedException {@code NOT_READY} while it is not available yet
   */
  public ModelDescription describe(Optional<String> model, VersionChoice version) {
    return require(model, version).description();
  }

  /**
   * Refuses what can never be taken in: to be asked before places are taken for all its pictures.
   *
   * @throws InvalidInputException when the request has more pictures than its model takes in at
   *     once
   */
  public void requireRoom(ScoreRequest request) throws InvalidInputException {
    int pictures = request.inputs().size();
    int most =
        find(request.model(), request.version())
            .map(model -> model.backlog().capacity())
            .orElse(pictures);
    if (pictures > most) {
      throw new InvalidInputException(
          "the request has %,d pictures, and this model takes in no more than %,d at once; send them in several requests"
              .formatted(pictures, most));
    }
  }

  /** The model a request means, in words that the server knows. */
  public ModelLabel label(Optional<String> model, VersionChoice version) {
    Optional<ServedModel> found = find(model, version);
    if (found.isPresent()) {
      return ModelLabel.of(found.get().id());
    }
    String name = model.orElse(defaultModel);
    boolean isKnown = isComing(name) || registry.find(name, VersionChoice.newest()).isPresent();
    return isKnown ? new ModelLabel(name, "") : ModelLabel.UNKNOWN;
  }

  /** The default model is always meant to be there, and others may be on their way. */
  private boolean isComing(String name) {
    return name.equals(defaultModel) || registry.isExpected(name);
  }

  private RuntimeException unavailable(Optional<String> model, VersionChoice version) {
    String name = model.orElse(defaultModel);
    return isComing(name) && registry.find(name, VersionChoice.newest()).isEmpty()
        ? new RejectedException(RejectedException.Reason.NOT_READY)
        : new ModelNotFoundException(
            model, version, registry.all().stream().map(ServedModel::id).toList());
  }
}
