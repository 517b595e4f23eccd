package io.lynxeye.lifecycle;

import io.lynxeye.model.InvalidInputException;
import java.util.List;
import java.util.Optional;

/** A version in memory. Thread-safe; {@link #close} only once nothing runs on it any more. */
public interface LoadedModel extends AutoCloseable {

  ModelDescription description();

  /**
   * Turns a request body into a sample: decode, resize, normalise. CPU work of milliseconds, called
   * on a decode thread.
   *
   * @throws InvalidInputException when the body is not a picture this model can score
   */
  Sample prepare(byte[] body) throws InvalidInputException;

  /**
   * Turns one picture's values, as the model's input takes them, into a sample.
   *
   * @throws InvalidInputException when the model takes no tensors, or other ones
   */
  default Sample prepare(float[] values) throws InvalidInputException {
    throw new InvalidInputException("this model takes pictures, not tensors; send a JPEG or PNG");
  }

  /**
   * One engine call, on a batching worker.
   *
   * @return for each sample, in order, what the model says of it
   * @throws InvalidInputException when the engine found a sample unusable (only models that decode
   *     in their graph; the batcher then runs each sample alone)
   * @throws NotNumbersException when what comes out are no numbers
   */
  List<ModelOutput> run(List<Sample> samples) throws InvalidInputException;

  /**
   * Runs an empty picture at this batch size: the first call of each size costs seconds, and the
   * first picture to be decoded a tenth of one.
   */
  void warmUp(int batchSize) throws InvalidInputException;

  /** Whether it may be run on sample pictures to find out how it runs best. */
  default boolean isTunable() {
    return false;
  }

  /** How it runs best here, where that is known; a manifest's own settings go before it. */
  default Optional<Tuning> tuning() {
    return Optional.empty();
  }

  @Override
  void close();
}
