package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.List;

/**
 * Prepares inputs for one model: turns a request body into a prepared input, and prepared inputs
 * into one tensor.
 */
public interface InputAdapter {

  /** Prepares an encoded image; called on a decode thread. */
  PreparedInput prepare(byte[] body) throws InvalidInputException;

  /** Prepares the values of one image, in the shape that the input takes. */
  PreparedInput prepare(float[] values) throws InvalidInputException;

  /** Whether the graph decodes images, so that an argument it rejects is the caller's image. */
  boolean isDecodedInGraph();

  /** Returns a prepared blank image, for the warm-up. */
  PreparedInput blank();

  /** Warms up the decoder, so that the first request does not pay for its compilation. */
  default void rehearse() {}

  /** Creates one tensor from the batch; called on a worker. The manager owns the tensor. */
  NDArray tensor(NDManager manager, List<PreparedInput> samples);
}
