package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDList;
import io.lynxeye.serving.engine.ModelOutput;
import java.util.List;

/** Turns the output tensors of one inference call into one output per image. */
public interface OutputAdapter {

  /**
   * Splits the outputs by image; called on a worker.
   *
   * @param outputs named; closed by the caller
   * @param count images in the call
   * @return one output per image, in order
   * @throws IllegalStateException when an output has an unexpected shape or type: a defect of the
   *     model
   */
  List<ModelOutput> rows(NDList outputs, int count);
}
