package io.lynxeye.grpc.scoring;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A request of one protocol. It is not kept while its inputs wait.
 *
 * @param <A> the protocol's answer
 */
public interface Scorable<A> {

  /** Parses a message. */
  interface Parser<A> {
    Scorable<A> parse(byte[] message) throws InvalidInputException;
  }

  /** Makes an answer from results. */
  interface Shape<A> {
    A of(List<ScoreResult> results) throws InvalidInputException;
  }

  /**
   * What is kept of a request.
   *
   * @param inputs one per result
   */
  record Prepared<A>(List<ModelInput> inputs, Shape<A> shape) {}

  /** The model; empty = the default model. */
  Optional<String> model();

  VersionChoice version() throws InvalidInputException;

  /** The time limit in the message, if there is one. */
  default Optional<Duration> timeout() throws InvalidInputException {
    return Optional.empty();
  }

  /**
   * The inputs for a model.
   *
   * @param memory is called before inputs are made that take more bytes than the message, with the
   *     bytes; throws when the server has not that many
   * @throws InvalidInputException when the model does not take them
   */
  Prepared<A> prepare(ModelDescription model, LongConsumer memory) throws InvalidInputException;
}
