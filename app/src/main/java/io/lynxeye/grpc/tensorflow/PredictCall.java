package io.lynxeye.grpc.tensorflow;

import io.lynxeye.grpc.scoring.BoundedMessage;
import io.lynxeye.grpc.scoring.Scorable;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.serving.PredictRequest;
import io.lynxeye.protocols.tensorflow.serving.PredictResponse;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.tensors.RequestedOutput;
import io.lynxeye.serving.tensors.Signatures;
import io.lynxeye.serving.tensors.TensorInputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** A {@code Predict} request. */
record PredictCall(PredictRequest message) implements Scorable<PredictResponse> {

  static PredictCall parse(byte[] message) throws InvalidInputException {
    return new PredictCall(
        BoundedMessage.parse(
            message,
            PredictRequest.getDefaultInstance(),
            PredictRequest.parser(),
            "tensor_content"));
  }

  private RequestedModel requested() {
    return new RequestedModel(message.getModelSpec());
  }

  @Override
  public Optional<String> model() {
    return requested().model();
  }

  @Override
  public VersionChoice version() throws InvalidInputException {
    return requested().version();
  }

  @Override
  public Prepared<PredictResponse> prepare(ModelDescription model, LongConsumer memory)
      throws InvalidInputException {
    ModelSignature signature = Signatures.find(model, message.getModelSpec().getSignatureName());
    List<RequestedOutput> wanted =
        message.getOutputFilterList().stream().map(name -> new RequestedOutput(name, 0)).toList();
    TensorOutputs.check(signature, wanted);
    List<Tensor> tensors = new ArrayList<>();
    for (Map.Entry<String, TensorProto> input : message.getInputsMap().entrySet()) {
      tensors.add(TensorMessage.read(input.getKey(), input.getValue(), memory));
    }
    return new Prepared<>(
        new TensorInputs(signature).inputs(tensors),
        results -> answer(results, wanted, signature.name()));
  }

  private static PredictResponse answer(
      List<ScoreResult> results, List<RequestedOutput> wanted, String signature)
      throws InvalidInputException {
    PredictResponse.Builder response =
        PredictResponse.newBuilder()
            .setModelSpec(RequestedModel.answered(results.get(0).model().id(), signature));
    for (Tensor output : new TensorOutputs(results).tensors(wanted)) {
      response.putOutputs(output.name(), TensorMessage.write(output));
    }
    return response.build();
  }
}
