package io.lynxeye.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import java.util.List;

/** What a model's input wants: how a body becomes a sample, and samples one tensor. */
interface InputAdapter {

  /** On a decode thread. */
  Sample prepare(byte[] body) throws InvalidInputException;

  /** The same for one picture's values, as the input takes them. */
  Sample prepare(float[] values) throws InvalidInputException;

  /** Whether the graph decodes, so that an argument it calls invalid is the caller's picture. */
  boolean isDecodedInGraph();

  /** An empty picture, for the warm-up. */
  Sample blank();

  /** Lets the JVM compile what decodes, for the warm-up: a first request would pay for it. */
  default void rehearse() {}

  /** On a worker: the batch as one tensor, owned by the manager. */
  NDArray tensor(NDManager manager, List<Sample> samples);
}
