package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** TensorFlow Serving's methods that take {@code tf.Example}s instead of tensors. */
public enum ExampleMethod {
  CLASSIFY("tensorflow/serving/classify", "Classify"),
  REGRESS("tensorflow/serving/regress", "Regress");

  /** Most bytes that the context may take in all examples together. */
  private static final int MAX_CONTEXT_BYTES = 4 * 1024 * 1024;

  private final String method;
  private final String call;

  ExampleMethod(String method, String call) {
    this.method = method;
    this.call = call;
  }

  /**
   * The signature that a request names, which must be made for this method.
   *
   * @param name empty = the default
   * @throws InvalidInputException when it is not, or there is no such signature
   */
  public ModelSignature signature(ModelDescription model, String name)
      throws InvalidInputException {
    ModelSignature signature = Signatures.find(model, name);
    if (!signature.method().equals(method)) {
      throw new InvalidInputException(
          "signature '%s' has method '%s', not '%s'; %s"
              .formatted(signature.name(), signature.method(), method, cure(model, signature)));
    }
    TensorSpec input = signature.input();
    if (signature.inputs().size() > 1 || input.datatype().filter(this::isBytes).isEmpty()) {
      throw new InvalidInputException(
          "signature '%s' takes no tf.Examples but %s; call Predict"
              .formatted(signature.name(), TensorSpec.describe(signature.inputs())));
    }
    return signature;
  }

  private boolean isBytes(Datatype type) {
    return type == Datatype.BYTES;
  }

  private String cure(ModelDescription model, ModelSignature signature) {
    String others =
        model.signatures().stream()
            .filter(other -> other.method().equals(method))
            .map(ModelSignature::name)
            .collect(Collectors.joining(", "));
    return others.isEmpty()
        ? "call " + callFor(signature) + ": the model has no signature for " + call
        : "call " + callFor(signature) + ", or set signature_name to one of " + others;
  }

  private static String callFor(ModelSignature signature) {
    return Arrays.stream(values())
        .filter(known -> known.method.equals(signature.method()))
        .map(known -> known.call)
        .findFirst()
        .orElse("Predict");
  }

  /**
   * The bytes that copies of the context take.
   *
   * @throws InvalidInputException when they are too many
   */
  public static long contextBytes(byte[] context, List<byte[]> examples)
      throws InvalidInputException {
    long bytes = (long) context.length * examples.size();
    if (bytes > MAX_CONTEXT_BYTES) {
      throw new InvalidInputException(
          "the context has %,d bytes, which %,d examples repeat to more than %,d; send fewer examples per request"
              .formatted(context.length, examples.size(), MAX_CONTEXT_BYTES));
    }
    return bytes;
  }

  /**
   * The inputs to score.
   *
   * @param signature as {@link #signature} returns it
   * @param context serialized features that belong to every example; may be empty
   * @param examples serialized
   * @throws InvalidInputException when the model does not take them
   */
  public static List<ModelInput> inputs(
      ModelSignature signature, byte[] context, List<byte[]> examples)
      throws InvalidInputException {
    if (examples.isEmpty()) {
      throw new InvalidInputException("there is no example; send at least one");
    }
    long copies = contextBytes(context, examples);
    List<byte[]> strings = new ArrayList<>();
    for (byte[] example : examples) {
      TensorInputs.add(strings, copies == 0 ? example : merged(context, example));
    }
    List<Long> shape = List.of((long) strings.size());
    Tensor tensor = Tensor.ofStrings(signature.input().name(), shape, strings);
    return new TensorInputs(signature).inputs(List.of(tensor));
  }

  /**
   * Messages in a row are read as one message; of two fields with the same key, the last counts.
   */
  private static byte[] merged(byte[] context, byte[] example) {
    byte[] both = Arrays.copyOf(context, context.length + example.length);
    System.arraycopy(example, 0, both, context.length, example.length);
    return both;
  }
}
