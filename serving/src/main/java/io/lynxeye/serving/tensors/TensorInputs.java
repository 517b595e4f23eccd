package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks the tensors of a request against a signature, and makes the inputs of inference calls of
 * them: images, rows of a batched signature, or one input with all tensors as they were sent.
 *
 * @param signature the model's
 */
public record TensorInputs(ModelSignature signature) {

  /** The name that images may have instead of the input's. */
  public static final String IMAGES = "image_bytes";

  /** The name that the only input of a model may have instead of its own. */
  public static final String PIXELS = "pixels";

  /** Most dimensions of a tensor. */
  public static final int MAX_RANK = 8;

  /** Most images or rows of a request. */
  public static final int MAX_IMAGES = 4096;

  /** Most strings of a request: a small body may hold millions of empty ones. */
  public static final int MAX_STRINGS = 65_536;

  /**
   * Adds a string to those of a tensor. They are counted while they are read.
   *
   * @throws InvalidInputException when there are too many
   */
  public static void add(List<byte[]> strings, byte[] string) throws InvalidInputException {
    if (strings.size() == MAX_STRINGS) {
      throw new InvalidInputException(
          "a request has at most %,d strings; send them in several requests"
              .formatted(MAX_STRINGS));
    }
    strings.add(string);
  }

  /**
   * The datatype that a request declares for an input.
   *
   * @throws InvalidInputException when it is no datatype of the Open Inference Protocol
   */
  public static Datatype datatype(String input, String declared) throws InvalidInputException {
    return Datatype.named(declared)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "input '%s' has datatype '%s'; send one of %s"
                        .formatted(
                            Excerpt.of(input), Excerpt.of(declared), List.of(Datatype.values()))));
  }

  /**
   * The inputs to score.
   *
   * @param sent the tensors of the request; the name of the only one may be empty
   * @throws InvalidInputException when the model does not take them
   */
  public List<ModelInput> inputs(List<Tensor> sent) throws InvalidInputException {
    for (Tensor tensor : sent) {
      if (tensor.shape().size() > MAX_RANK) { // A longer shape would only fill the message.
        throw new InvalidInputException("a tensor has more than " + MAX_RANK + " dimensions");
      }
    }
    if (sent.size() == 1 && isOfImages(sent.get(0))) {
      return images(sent.get(0));
    }
    if (!signature.takes().tensors()) {
      requireOne(sent);
      requireInput(sent.get(0).name());
      throw new InvalidInputException(
          "input '%s' takes encoded images, not values; send the image files as byte strings"
              .formatted(signature.input().name()));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSpec input : signature.inputs()) {
      tensors.add(checked(find(sent, input), input));
    }
    requireKnown(sent);
    return signature.isBatched()
        ? rows(tensors)
        : List.of(new ModelInput.Tensors(signature, tensors));
  }

  private boolean isOfImages(Tensor tensor) {
    return tensor.type() == Datatype.BYTES
        && signature.takes().images()
        && (tensor.name().equals(IMAGES) || isInput(tensor.name(), signature.input()));
  }

  /** Whether a request may call this input so. */
  private boolean isInput(String name, TensorSpec input) {
    return name.equals(input.name())
        || (signature.inputs().size() == 1 && (name.isEmpty() || name.equals(PIXELS)));
  }

  private List<ModelInput> images(Tensor files) throws InvalidInputException {
    List<Long> shape = files.shape();
    int count = files.strings().size();
    if (shape.isEmpty() ? count != 1 : files.count() != count || shape.get(0) != count) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d elements; images are of shape [n] or [n, 1]"
              .formatted(files.name(), shape, count));
    }
    requireAtMost(count, "images");
    if (count == 0 || files.strings().stream().anyMatch(file -> file.length == 0)) {
      throw new InvalidInputException("there is no image; send a JPEG or PNG file as an element");
    }
    return files.strings().stream().<ModelInput>map(ModelInput.Image::new).toList();
  }

  private static void requireAtMost(int count, String what) throws InvalidInputException {
    if (count > MAX_IMAGES) {
      throw new InvalidInputException(
          "a request has at most %,d %s; send them in several requests"
              .formatted(MAX_IMAGES, what));
    }
  }

  private void requireOne(List<Tensor> sent) throws InvalidInputException {
    if (sent.size() != 1) {
      throw new InvalidInputException(
          "the request has %d inputs, but the model takes one: %s"
              .formatted(sent.size(), signature.input()));
    }
  }

  private void requireInput(String name) throws InvalidInputException {
    if (signature.inputs().stream().noneMatch(input -> isInput(name, input))) {
      throw new InvalidInputException(
          "the model has no input '%s'; it takes %s%s"
              .formatted(
                  Excerpt.of(name),
                  signature.inputs().stream()
                      .map(input -> "'%s' (%s)".formatted(input.name(), input))
                      .collect(Collectors.joining(", ")),
                  signature.takes().images() ? ", or images as '" + IMAGES + "'" : ""));
    }
  }

  private void requireKnown(List<Tensor> sent) throws InvalidInputException {
    for (Tensor tensor : sent) {
      requireInput(tensor.name());
    }
    if (sent.size() > signature.inputs().size()) {
      throw new InvalidInputException("an input is sent twice; send each once");
    }
  }

  private Tensor find(List<Tensor> sent, TensorSpec input) throws InvalidInputException {
    for (Tensor tensor : sent) {
      if (isInput(tensor.name(), input)) {
        return tensor.as(input.name());
      }
    }
    if (signature.inputs().size() == 1 && !sent.isEmpty()) {
      requireOne(sent);
      requireInput(sent.get(0).name());
    }
    throw new InvalidInputException(
        "input '%s' is missing; the model takes %s"
            .formatted(input.name(), TensorSpec.describe(signature.inputs())));
  }

  private Tensor checked(Tensor tensor, TensorSpec input) throws InvalidInputException {
    Optional<Datatype> expected = input.datatype();
    if (expected.isPresent() && expected.get() != tensor.type()) {
      throw new InvalidInputException(
          "input '%s' has datatype '%s', but the model takes %s%s"
              .formatted(
                  tensor.name(),
                  tensor.type(),
                  expected.get(),
                  signature.takes().images() ? ", or images as BYTES" : ""));
    }
    if (!fits(tensor.shape(), input)) {
      throw new InvalidInputException(
          "input '%s' has shape %s, but the model takes %s"
              .formatted(tensor.name(), tensor.shape(), input));
    }
    long there =
        tensor.type() == Datatype.BYTES
            ? tensor.strings().size()
            : tensor.data().remaining() / tensor.type().bytes();
    if (count(tensor.shape()) != there) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d values".formatted(tensor.name(), tensor.shape(), there));
    }
    return tensor;
  }

  /** Rows of a batched signature may be any number, even if an inference call has a fixed one. */
  private boolean fits(List<Long> shape, TensorSpec input) {
    if (!signature.isBatched()) {
      return input.fits(shape);
    }
    List<Long> expected = new ArrayList<>(input.shape().orElse(shape));
    if (shape.isEmpty() || shape.get(0) < 1 || expected.isEmpty()) {
      return false;
    }
    expected.set(0, -1L);
    return new TensorSpec(input.name(), input.type(), Optional.of(expected)).fits(shape);
  }

  /**
   * The number of elements; -1 if it is larger than any request. Sizes beside a 0 count too: a
   * model may make an output of them.
   */
  private static long count(List<Long> shape) {
    long count = 1;
    long most = shape.contains(0L) ? MAX_STRINGS : Integer.MAX_VALUE;
    for (long size : shape) {
      if (size < 0 || (size > 0 && count > most / size)) {
        return -1;
      }
      count *= Math.max(1, size);
    }
    return shape.contains(0L) ? 0 : count;
  }

  private List<ModelInput> rows(List<Tensor> tensors) throws InvalidInputException {
    int count = tensors.get(0).rows();
    requireAtMost(count, "rows");
    for (Tensor tensor : tensors) {
      if (tensor.rows() != count) {
        throw new InvalidInputException(
            "input '%s' has %d rows, but input '%s' has %d; send as many of each"
                .formatted(tensor.name(), tensor.rows(), tensors.get(0).name(), count));
      }
    }
    List<ModelInput> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int row = i;
      rows.add(
          new ModelInput.Tensors(
              signature, tensors.stream().map(tensor -> tensor.rows(row, 1)).toList()));
    }
    return rows;
  }
}
