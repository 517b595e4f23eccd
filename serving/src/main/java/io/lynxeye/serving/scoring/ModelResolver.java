package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.Absence;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import java.util.Optional;

/**
 * Resolves the model that a request names; without a name, the default model. Lock-free; called on
 * event loops.
 */
public final class ModelResolver {

  private final ModelRegistry registry;
  private final String defaultModel;

  public ModelResolver(ModelRegistry registry, String defaultModel) {
    this.registry = registry;
    this.defaultModel = defaultModel;
  }

  Optional<ServedModel> find(Optional<String> model, VersionChoice version) {
    return registry.find(model.orElse(defaultModel), version);
  }

  /** The serving version, if another one was chosen for a request that names none: a canary. */
  Optional<ServedModel> standIn(Optional<String> model, VersionChoice version, ServedModel chosen) {
    return version instanceof VersionChoice.Newest
        ? find(model, VersionChoice.newest()).filter(serving -> serving != chosen)
        : Optional.empty();
  }

  ServedModel require(Optional<String> model, VersionChoice version) {
    return find(model, version).orElseThrow(() -> unavailable(model, version));
  }

  /** Reads a request for a version, whose inputs it may name. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(ModelDescription model) throws InvalidInputException;
  }

  /** What was read, and the version that it was read for. */
  public record Read<T>(T value, VersionChoice version) {}

  /** As {@link ScoringService#read}. */
  <T> Read<T> read(
      Optional<String> model, VersionChoice version, Reader<T> reader, ScoreListener listener)
      throws InvalidInputException {
    ServedModel chosen = require(model, version);
    try {
      return new Read<>(reader.read(chosen.description()), version);
    } catch (InvalidInputException e) {
      Optional<ServedModel> standIn = standIn(model, version, chosen);
      if (standIn.isEmpty()) {
        throw e;
      }
      T value = reader.read(standIn.get().description());
      listener.failed(chosen);
      return new Read<>(value, VersionChoice.newest());
    }
  }

  /**
   * Describes the version that would score a request now.
   *
   * @param model its name; empty = the default model
   * @throws ModelNotFoundException if no such model is available
   * @throws RejectedException {@code NOT_READY} while it is not loaded yet; {@code UNAVAILABLE} for
   *     a default model that only an operator can make available
   */
  public ModelDescription describe(Optional<String> model, VersionChoice version) {
    return require(model, version).description();
  }

  /**
   * Rejects a request that can never be admitted. To be called before permits are acquired.
   *
   * @throws InvalidInputException if the request has more images than its model can ever have in
   *     flight
   */
  public void requireCapacity(ScoreRequest request) throws InvalidInputException {
    int images = request.inputs().size();
    int most = images;
    Optional<ServedModel> chosen = find(request.model(), request.version());
    if (chosen.isPresent()) {
      int ofStandIn =
          standIn(request.model(), request.version(), chosen.get())
              .map(serving -> serving.limiter().capacity())
              .orElse(0);
      most = Math.max(chosen.get().limiter().capacity(), ofStandIn);
    }
    if (images > most) {
      throw new InvalidInputException(
          "the request has %,d images, and this model accepts at most %,d at once; send them in several requests"
              .formatted(images, most));
    }
  }

  /** The model that a request names, as a label. */
  public ModelLabel label(Optional<String> model, VersionChoice version) {
    Optional<ServedModel> found = find(model, version);
    if (found.isPresent()) {
      return ModelLabel.of(found.get().id());
    }
    String name = model.orElse(defaultModel);
    boolean isKnown = isExpected(name) || registry.find(name, VersionChoice.newest()).isPresent();
    return isKnown ? new ModelLabel(name, "") : ModelLabel.UNKNOWN;
  }

  /** Whether the model should be there: the default model always, others while they load. */
  private boolean isExpected(String name) {
    return name.equals(defaultModel) || registry.isExpected(name);
  }

  private RuntimeException unavailable(Optional<String> model, VersionChoice version) {
    String name = model.orElse(defaultModel);
    Absence absence = registry.absence(name);
    boolean isAbsent = isExpected(name) && registry.find(name, VersionChoice.newest()).isEmpty();
    if (isAbsent && absence == Absence.LOADING) {
      return new RejectedException(RejectedException.Reason.NOT_READY);
    }
    return isAbsent
        ? RejectedException.unavailable("default model: " + absence.describe(name))
        : new ModelNotFoundException(
            model, version, absence, registry.all().stream().map(ServedModel::id).toList());
  }
}
