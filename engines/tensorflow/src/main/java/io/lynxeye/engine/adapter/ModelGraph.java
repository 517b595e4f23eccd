package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import java.util.List;

/**
 * A model that an engine has loaded: tensors in, tensors out. Any number of threads may run it at
 * once; closing it during a call would crash the process.
 */
public interface ModelGraph extends AutoCloseable {

  /**
   * Makes one inference call. The inputs' memory may be reused after it.
   *
   * @param inputs one per input of the signature, in its order
   * @return its outputs, in the signature's order; in memory of their own
   * @throws RejectedInputException if the engine rejects the inputs
   * @throws UnsupportedOperationException if it cannot run the model at all
   */
  List<Tensor> run(ModelSignature signature, List<Tensor> inputs) throws RejectedInputException;

  /**
   * Runs the requests that came with the model for this purpose.
   *
   * @return how many there were
   * @throws RejectedInputException if the engine rejects one
   */
  default int warmUp() throws RejectedInputException {
    return 0;
  }

  /** The sessions that calls may run in: each one needs a warm-up. */
  default List<ModelGraph> sessions() {
    return List.of(this);
  }

  @Override
  void close();
}
