package io.lynxeye.serving.engine;

import io.lynxeye.serving.model.InvalidInputException;
import java.util.List;
import java.util.Optional;

/** A version in memory. Thread-safe; {@link #close} must not be called while it is in use. */
public interface LoadedModel extends AutoCloseable {

  ModelDescription description();

  /**
   * Turns a request body into a prepared input: decode, resize, normalize. Takes milliseconds of
   * CPU time; called on a decode thread.
   *
   * @throws InvalidInputException if the body is not an image this model can score
   */
  PreparedInput prepare(byte[] body) throws InvalidInputException;

  /**
   * Turns tensors into a prepared input.
   *
   * @throws InvalidInputException if the model takes no tensors, or not these
   */
  default PreparedInput prepare(ModelInput.Tensors tensors) throws InvalidInputException {
    throw new InvalidInputException("this model takes images, not tensors; send a JPEG or PNG");
  }

  /**
   * Makes one inference call; called on a worker of the batcher.
   *
   * @return the model's output for each prepared input, in order
   * @throws InvalidInputException if the engine rejects an input (only models that decode in their
   *     graph; the batcher then runs each input alone)
   * @throws NotNumbersException if an output is not a finite number
   */
  List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException;

  /**
   * Runs a blank input at this batch size: the first call of each size takes seconds, and the first
   * decode a tenth of a second.
   */
  void warmUp(int batchSize) throws InvalidInputException;

  /** The most inputs that one inference call can take, as the model was exported. */
  default int maxBatchSize() {
    return Integer.MAX_VALUE;
  }

  /**
   * The settings that it was loaded with; empty if its engine has none for a single model. The
   * manifest's settings take precedence.
   */
  default Optional<Tuning> tuning() {
    return Optional.empty();
  }

  @Override
  void close();
}
