package io.lynxeye.tensors;

import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a request gives a model's input: the files of pictures, whatever the input's own type, or
 * the values themselves where the model takes pixels.
 *
 * @param signature the model's
 */
public record TensorInputs(ModelSignature signature) {

  /** The name that pictures may have besides that of the input. */
  public static final String PICTURES = "image_bytes";

  /** No tensor has more dimensions. */
  public static final int MAX_RANK = 8;

  /** No request has more pictures, whatever they are. */
  public static final int MAX_PICTURES = 4096;

  /**
   * Pictures.
   *
   * @param name of the input
   * @param shape of as many elements as there are pictures; the first size counts them
   * @param files one per picture
   * @throws InvalidInputException when the input is another, or shape and pictures do not agree
   */
  public List<ModelInput> pictures(String name, List<Long> shape, List<byte[]> files)
      throws InvalidInputException {
    if (!name.equals(PICTURES)) {
      requireInput(name);
    }
    requireRank(shape);
    if (shape.isEmpty() || count(shape) != files.size() || shape.get(0) != files.size()) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d elements; pictures are of shape [n] or [n, 1]"
              .formatted(name, shape, files.size()));
    }
    return pictures(files);
  }

  /**
   * One more of a request's pictures. They are counted as they are read: a small body may hold
   * millions of none.
   *
   * @throws InvalidInputException when it is empty, or there are too many
   */
  public static void add(List<byte[]> files, byte[] file) throws InvalidInputException {
    if (file.length == 0) {
      throw noPicture();
    }
    if (files.size() == MAX_PICTURES) {
      throw new InvalidInputException(
          "a request has no more than %,d pictures; send them in several".formatted(MAX_PICTURES));
    }
    files.add(file);
  }

  private static InvalidInputException noPicture() {
    return new InvalidInputException("there is no picture; send a JPEG or PNG file as an element");
  }

  /**
   * Pictures whose number nobody has to state.
   *
   * @throws InvalidInputException when there is none
   */
  public static List<ModelInput> pictures(List<byte[]> files) throws InvalidInputException {
    if (files.isEmpty() || files.stream().anyMatch(file -> file.length == 0)) {
      throw noPicture();
    }
    return files.stream().<ModelInput>map(ModelInput.Picture::new).toList();
  }

  /**
   * Values, one row per picture.
   *
   * @param name of the input
   * @param shape pictures first
   * @param values of all pictures, one after the other
   * @throws InvalidInputException when the model does not take this
   */
  public List<ModelInput> values(String name, List<Long> shape, float[] values)
      throws InvalidInputException {
    requireInput(name);
    if (!signature.takesTensors()) {
      throw new InvalidInputException(
          "input '%s' takes the files of pictures, not their values; send them as strings of bytes"
              .formatted(name));
    }
    requireRank(shape);
    if (!fits(shape)) {
      throw new InvalidInputException(
          "input '%s' has shape %s, but the model takes %s"
              .formatted(name, shape, signature.input()));
    }
    if (count(shape) != values.length) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d values".formatted(name, shape, values.length));
    }
    int pictures = Math.toIntExact(shape.get(0));
    int perPicture = values.length / pictures;
    List<ModelInput> rows = new ArrayList<>(pictures);
    for (int i = 0; i < pictures; i++) {
      rows.add(
          new ModelInput.Tensor(
              pictures == 1
                  ? values
                  : Arrays.copyOfRange(values, i * perPicture, (i + 1) * perPicture)));
    }
    return rows;
  }

  /** Longer ones would only be told back. */
  private static void requireRank(List<Long> shape) throws InvalidInputException {
    if (shape.size() > MAX_RANK) {
      throw new InvalidInputException("a tensor has more than " + MAX_RANK + " dimensions");
    }
  }

  private void requireInput(String name) throws InvalidInputException {
    if (!name.equals(signature.input().name())) {
      throw new InvalidInputException(
          "the model has no input '%s'; it takes '%s' (%s), or pictures as '%s'"
              .formatted(
                  name.length() > 40 ? name.substring(0, 40) + "..." : name,
                  signature.input().name(),
                  signature.input(),
                  PICTURES));
    }
  }

  private boolean fits(List<Long> shape) {
    TensorSpec spec = signature.input();
    List<Long> wanted = spec.shape().orElse(shape);
    if (shape.size() != wanted.size() || shape.isEmpty() || shape.get(0) < 1) {
      return false;
    }
    for (int i = 1; i < shape.size(); i++) {
      if (wanted.get(i) >= 0 && !wanted.get(i).equals(shape.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** How many elements; -1 when no request could have so many. */
  private static long count(List<Long> shape) {
    long count = 1;
    for (long size : shape) {
      if (size < 0 || (size > 0 && count > Integer.MAX_VALUE / size)) {
        return -1;
      }
      count *= size;
    }
    return count;
  }
}
