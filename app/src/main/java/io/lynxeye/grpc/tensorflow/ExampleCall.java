package io.lynxeye.grpc.tensorflow;

import io.lynxeye.grpc.scoring.BoundedMessage;
import io.lynxeye.grpc.scoring.Scorable;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.serving.Class;
import io.lynxeye.protocols.tensorflow.serving.ClassificationRequest;
import io.lynxeye.protocols.tensorflow.serving.ClassificationResponse;
import io.lynxeye.protocols.tensorflow.serving.ClassificationResult;
import io.lynxeye.protocols.tensorflow.serving.Classifications;
import io.lynxeye.protocols.tensorflow.serving.Input;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.Regression;
import io.lynxeye.protocols.tensorflow.serving.RegressionRequest;
import io.lynxeye.protocols.tensorflow.serving.RegressionResponse;
import io.lynxeye.protocols.tensorflow.serving.RegressionResult;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.tensors.ExampleMethod;
import io.lynxeye.serving.tensors.ExampleOutputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A {@code Classify} or {@code Regress} request.
 *
 * @param shape makes the answer
 */
record ExampleCall<A>(ModelSpec spec, Input input, ExampleMethod method, Answer<A> shape)
    implements Scorable<A> {

  private static final String INSTEAD = "several requests";

  private interface Answer<A> {
    A of(ModelSpec model, ExampleOutputs outputs) throws InvalidInputException;
  }

  static ExampleCall<ClassificationResponse> classify(byte[] message) throws InvalidInputException {
    ClassificationRequest request =
        BoundedMessage.parse(
            message,
            ClassificationRequest.getDefaultInstance(),
            ClassificationRequest.parser(),
            INSTEAD);
    return new ExampleCall<>(
        request.getModelSpec(), request.getInput(), ExampleMethod.CLASSIFY, ExampleCall::classes);
  }

  static ExampleCall<RegressionResponse> regress(byte[] message) throws InvalidInputException {
    RegressionRequest request =
        BoundedMessage.parse(
            message, RegressionRequest.getDefaultInstance(), RegressionRequest.parser(), INSTEAD);
    return new ExampleCall<>(
        request.getModelSpec(), request.getInput(), ExampleMethod.REGRESS, ExampleCall::values);
  }

  @Override
  public Optional<String> model() {
    return new RequestedModel(spec).model();
  }

  @Override
  public VersionChoice version() throws InvalidInputException {
    return new RequestedModel(spec).version();
  }

  @Override
  public Prepared<A> prepare(ModelDescription model, LongConsumer memory)
      throws InvalidInputException {
    ModelSignature signature = method.signature(model, spec.getSignatureName());
    byte[] context = input.getExampleListWithContext().getContext().toByteArray();
    List<byte[]> examples = examples().stream().map(Example::toByteArray).toList();
    memory.accept(ExampleMethod.contextBytes(context, examples));
    var answer = shape; // Not this: the message would stay in memory until the answer.
    int count = examples.size();
    return new Prepared<>(
        ExampleMethod.inputs(signature, context, examples),
        results ->
            answer.of(
                RequestedModel.answered(results.get(0).model().id(), signature.name()),
                new ExampleOutputs(new TensorOutputs(results).all(), count)));
  }

  private List<Example> examples() {
    return input.hasExampleListWithContext()
        ? input.getExampleListWithContext().getExamplesList()
        : input.getExampleList().getExamplesList();
  }

  private static ClassificationResponse classes(ModelSpec model, ExampleOutputs outputs)
      throws InvalidInputException {
    ClassificationResult.Builder result = ClassificationResult.newBuilder();
    for (List<ExampleOutputs.ScoredClass> row : outputs.classifications()) {
      Classifications.Builder classes = Classifications.newBuilder();
      row.forEach(
          scored ->
              classes.addClasses(
                  Class.newBuilder().setLabel(scored.label()).setScore(scored.score())));
      result.addClassifications(classes);
    }
    return ClassificationResponse.newBuilder().setModelSpec(model).setResult(result).build();
  }

  private static RegressionResponse values(ModelSpec model, ExampleOutputs outputs)
      throws InvalidInputException {
    RegressionResult.Builder result = RegressionResult.newBuilder();
    for (float value : outputs.regressions()) {
      result.addRegressions(Regression.newBuilder().setValue(value));
    }
    return RegressionResponse.newBuilder().setModelSpec(model).setResult(result).build();
  }
}
