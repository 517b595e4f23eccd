package io.lynxeye.serving.engine;

import java.util.List;
import java.util.Optional;

/**
 * Inputs and outputs of a model, for the tensor protocols. A model may have several signatures.
 *
 * @param name of the signature: {@code serving_default}
 * @param inputs its inputs, in the model's order
 * @param outputs the outputs in a response, in the model's order; empty if a custom translator
 *     makes the response
 * @param takes what a request may send
 * @param isBatched whether the first dimension of every input and output counts independent rows,
 *     so that rows of several requests may share an inference call
 * @param method TensorFlow Serving's name of what it computes
 */
public record ModelSignature(
    String name,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    Takes takes,
    boolean isBatched,
    String method) {

  /** The name for models whose files have none. */
  public static final String DEFAULT = "serving_default";

  /** TensorFlow Serving's usual method. */
  public static final String PREDICT = "tensorflow/serving/predict";

  /** What a request may send. */
  public enum Takes {
    /** Image files only: the model decodes them, in its graph or in its translator. */
    IMAGES,
    /** Tensors only: nothing says how an image becomes its input. */
    TENSORS,
    /** Image files, or the tensors made of them. */
    BOTH;

    public boolean images() {
      return this != TENSORS;
    }

    public boolean tensors() {
      return this != IMAGES;
    }
  }

  /** A signature with the usual method. */
  public ModelSignature(
      String name,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      Takes takes,
      boolean isBatched) {
    this(name, inputs, outputs, takes, isBatched, PREDICT);
  }

  /** The input that takes images, or the only one. */
  public TensorSpec input() {
    return inputs.get(0);
  }

  /** The input with this name. */
  public Optional<TensorSpec> input(String wanted) {
    return inputs.stream().filter(input -> input.name().equals(wanted)).findFirst();
  }
}
