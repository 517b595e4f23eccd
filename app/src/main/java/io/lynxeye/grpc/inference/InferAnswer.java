package io.lynxeye.grpc.inference;

import com.google.protobuf.UnsafeByteOperations;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelInferResponse.InferOutputTensor;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.RequestedOutput;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.util.List;

/**
 * What an answer needs besides the results: the rest of the request is not kept while it waits.
 *
 * @param id the caller's
 * @param wanted the requested outputs; empty = all
 */
record InferAnswer(String id, List<RequestedOutput> wanted) {

  /** The answer. As in Triton, values are in {@code raw_output_contents}: every client reads it. */
  ModelInferResponse of(List<ScoreResult> results) throws InvalidInputException {
    ModelId model = results.get(0).model().id();
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(model.name())
            .setModelVersion(model.version().toString())
            .setId(id);
    for (Tensor output : new TensorOutputs(results).tensors(wanted)) {
      response
          .addOutputs(
              InferOutputTensor.newBuilder()
                  .setName(output.name())
                  .setDatatype(output.type().name())
                  .addAllShape(output.shape()))
          .addRawOutputContents(UnsafeByteOperations.unsafeWrap(BinaryTensor.of(output)));
    }
    return response.build();
  }
}
