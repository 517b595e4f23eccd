package io.lynxeye.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import java.util.List;

/** Prepares inputs for one model: turns a request body into a prepared input, and prepared inputs into one tensor. */
interface InputAdapter {

  /** Prepares an encoded image; called on a decode thread. */
  Sample prepare(byte[] body) throws InvalidInputException;

  /** Prepares the values of one image, in the shape that the input takes. */
  Sample prepare(float[] values) throws InvalidInputException;

  /** Whether the graph decodes images, so that an argument it rejects is the caller's image. */
  boolean isDecodedInGraph();

  /** Returns a prepared blank image, for the warm-up. */
  Sample blank();

  /** Warms up the decoder, so that the first request does not pay for its compilation. */
  default void rehearse() {}

  /** Creates one tensor from the batch; called on a worker. The manager owns the tensor. */
  NDArray tensor(NDManager manager, List<Sample> samples);
}
