package io.lynxeye.engine;

import ai.djl.ndarray.NDList;
import io.lynxeye.lifecycle.ModelOutput;
import java.util.List;

/** What becomes of the tensors that come out of one engine call. */
interface OutputAdapter {

  /**
   * On a worker.
   *
   * @param outputs named; closed by the caller
   * @param count pictures in the call
   * @return one for each picture, in order
   * @throws IllegalStateException when the model's output is not what it must be: its defect
   */
  List<ModelOutput> rows(NDList outputs, int count);
}
