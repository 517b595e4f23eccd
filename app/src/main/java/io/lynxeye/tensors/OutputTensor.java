package io.lynxeye.tensors;

import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.scoring.TensorJson;
import java.util.List;
import java.util.Optional;

/**
 * One output for all pictures of a request.
 *
 * @param name its name
 * @param datatype of its elements
 * @param shape pictures first
 * @param data its values, little-endian, one after the other; empty where the elements are strings
 * @param strings its elements where they are strings; else none
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record OutputTensor(
    String name, Datatype datatype, List<Long> shape, byte[] data, List<byte[]> strings) {

  /** Its numbers as JSON: {@code 0.5,1.5}. */
  public String numbers() {
    return TensorJson.flat(
        new ModelOutput.Tensor(
            new TensorSpec(name, datatype.tensorFlowType(), Optional.of(shape)), data));
  }
}
