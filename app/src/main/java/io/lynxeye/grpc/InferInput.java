package io.lynxeye.grpc;

import com.google.protobuf.ByteString;
import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.tensors.BinaryTensor;
import io.lynxeye.tensors.Datatype;
import io.lynxeye.tensors.TensorInputs;
import java.util.List;
import java.util.Optional;

/**
 * A request's input: the files of pictures as BYTES, or values as FP32.
 *
 * @param raw its values where they are beside it
 */
record InferInput(InferInputTensor tensor, Optional<ByteString> raw) {

  List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    TensorInputs inputs = new TensorInputs(signature);
    if (tensor.getDatatype().equals(Datatype.BYTES.name())) {
      return inputs.pictures(tensor.getName(), tensor.getShapeList(), files());
    }
    if (tensor.getDatatype().equals(Datatype.FP32.name())) {
      return inputs.values(tensor.getName(), tensor.getShapeList(), values());
    }
    throw new InvalidInputException(
        "input '%s' has datatype '%s'; send pictures as BYTES, or values as FP32"
            .formatted(
                InferRequest.printable(tensor.getName()),
                InferRequest.printable(tensor.getDatatype())));
  }

  private List<byte[]> files() throws InvalidInputException {
    return raw.isPresent()
        ? BinaryTensor.strings(raw.get().asReadOnlyByteBuffer())
        : contents().getBytesContentsList().stream().map(ByteString::toByteArray).toList();
  }

  private float[] values() throws InvalidInputException {
    if (raw.isPresent()) {
      return BinaryTensor.floats(raw.get().asReadOnlyByteBuffer());
    }
    InferTensorContents contents = contents();
    float[] values = new float[contents.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = contents.getFp32Contents(i);
    }
    return BinaryTensor.finite(values);
  }

  /** Of the field that its datatype names, and no other. */
  private InferTensorContents contents() throws InvalidInputException {
    InferTensorContents contents = tensor.getContents();
    boolean isOfBytes = tensor.getDatatype().equals(Datatype.BYTES.name());
    InferTensorContents.Builder others = contents.toBuilder();
    boolean hasOwn;
    if (isOfBytes) {
      hasOwn = contents.getBytesContentsCount() > 0;
      others.clearBytesContents();
    } else {
      hasOwn = contents.getFp32ContentsCount() > 0;
      others.clearFp32Contents();
    }
    if (!hasOwn || !others.build().equals(InferTensorContents.getDefaultInstance())) {
      throw new InvalidInputException(
          "input '%s' of datatype %s must have its elements in contents.%s, or in raw_input_contents"
              .formatted(
                  InferRequest.printable(tensor.getName()),
                  tensor.getDatatype(),
                  isOfBytes ? "bytes_contents" : "fp32_contents"));
    }
    return contents;
  }
}
