package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.scoring.TensorJson;
import java.util.List;
import java.util.Optional;

/**
 * One output for all images of a request.
 *
 * @param shape the number of images first
 * @param data numbers, little-endian, without gaps; empty if the elements are strings
 * @param strings the elements if they are strings
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record OutputTensor(
    String name, Datatype datatype, List<Long> shape, byte[] data, List<byte[]> strings) {

  /** The numbers as JSON: {@code 0.5,1.5}. */
  public String numbers() {
    return TensorJson.flat(
        new ModelOutput.Tensor(
            new TensorSpec(name, datatype.tensorFlowType(), Optional.of(shape)), data));
  }
}
