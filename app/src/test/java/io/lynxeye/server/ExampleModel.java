package io.lynxeye.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.Feature;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model of {@code tf.Example}s without an engine. It classifies by feature {@code age}: its
 * labels are {@code young} and feature {@code name}, and the scores a hundredth of the age and the
 * rest. Its regression is the age; signature {@code wide} has outputs of a wrong shape.
 */
final class ExampleModel implements LoadedModel {

  private static final List<TensorSpec> INPUTS = List.of(spec("inputs", "string", -1L));
  private static final List<TensorSpec> CLASSES =
      List.of(spec("classes", "string", -1L, 2L), spec("scores", "float", -1L, 2L));
  private static final List<TensorSpec> VALUES = List.of(spec("outputs", "float", -1L, 1L));

  private record Row(String signature, Map<String, Feature> features) implements PreparedInput {
    @Override
    public long bytes() {
      return 0; // Too few to count.
    }
  }

  private final ModelId id;

  ExampleModel(ModelId id) {
    this.id = id;
  }

  private static TensorSpec spec(String name, String type, Long... sizes) {
    return new TensorSpec(name, type, Optional.of(List.of(sizes)));
  }

  private static ModelSignature signature(String name, List<TensorSpec> outputs, String method) {
    return new ModelSignature(
        name, INPUTS, outputs, ModelSignature.Takes.TENSORS, true, "tensorflow/serving/" + method);
  }

  @Override
  public ModelDescription description() {
    return new ModelDescription(
        id,
        "Fake 1.0",
        "cpu",
        "fp32",
        "",
        "",
        signature(ModelSignature.DEFAULT, CLASSES, "classify"),
        List.of(
            signature("regression", VALUES, "regress"),
            signature("wide", VALUES, "regress"),
            signature("predict", VALUES, "predict")),
        Optional.empty(),
        List.of(),
        5,
        Optional.of("it takes examples; send them"));
  }

  @Override
  public PreparedInput prepare(byte[] body) throws InvalidInputException {
    throw new InvalidInputException("it takes examples; send them");
  }

  @Override
  public PreparedInput prepare(ModelInput.Tensors tensors) throws InvalidInputException {
    try {
      byte[] example = tensors.all().get(0).strings().get(0);
      return new Row(
          tensors.signature().name(), Example.parseFrom(example).getFeatures().getFeatureMap());
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("this is not an example; send one");
    }
  }

  @Override
  public List<ModelOutput> run(List<PreparedInput> batch) {
    return batch.stream().map(row -> output((Row) row)).toList();
  }

  private static ModelOutput output(Row row) {
    float age = row.features.get("age").getInt64List().getValue(0);
    String name = row.features.get("name").getBytesList().getValue(0).toStringUtf8();
    List<Tensor> outputs =
        switch (row.signature) {
          case ModelSignature.DEFAULT ->
              List.of(
                  Tensor.ofStrings(
                      "classes", List.of(1L, 2L), List.of(bytes("young"), bytes(name))),
                  floats("scores", 1 - age / 100, age / 100));
          case "wide" -> List.of(floats("outputs", age, age));
          default -> List.of(floats("outputs", age));
        };
    return new ModelOutput.Tensors(outputs, Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Tensor floats(String name, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, List.of(1L, (long) values.length), data);
  }

  @Override
  public void warmUp(int batchSize) {}

  @Override
  public void close() {}
}
