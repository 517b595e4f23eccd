package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the input of a request: encoded images, which every model takes, or values, if the model's
 * input takes pixels.
 *
 * @param signature the model's
 */
public record TensorInputs(ModelSignature signature) {

  /** The name that images may have instead of the input's. */
  public static final String IMAGES = "image_bytes";

  /** Most dimensions of a tensor. */
  public static final int MAX_RANK = 8;

  /** Most images of a request, of any size. */
  public static final int MAX_IMAGES = 4096;

  /** The elements of an input, in one of two types. */
  public interface Elements {

    /** Encoded images. */
    List<byte[]> files() throws InvalidInputException;

    /** Numbers, without gaps. */
    float[] values() throws InvalidInputException;
  }

  /**
   * One input per image.
   *
   * @param name of the input
   * @param datatype of the elements
   * @param shape the number of images first
   * @throws InvalidInputException when the model does not take this
   */
  public List<ModelInput> inputs(String name, String datatype, List<Long> shape, Elements elements)
      throws InvalidInputException {
    if (datatype.equals(Datatype.BYTES.name())) {
      return images(name, shape, elements.files());
    }
    if (datatype.equals(Datatype.FP32.name())) {
      return values(name, shape, elements.values());
    }
    throw new InvalidInputException(
        "input '%s' has datatype '%s'; send images as BYTES, or values as FP32"
            .formatted(Excerpt.of(name), Excerpt.of(datatype)));
  }

  /**
   * One input per image.
   *
   * @param name of the input
   * @param shape {@code [n]} or {@code [n, 1]} for n images
   * @param files encoded images
   * @throws InvalidInputException when the model has no such input, or shape and images disagree
   */
  public List<ModelInput> images(String name, List<Long> shape, List<byte[]> files)
      throws InvalidInputException {
    if (!name.equals(IMAGES)) {
      requireInput(name);
    }
    requireRank(shape);
    if (shape.isEmpty() || count(shape) != files.size() || shape.get(0) != files.size()) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d elements; images are of shape [n] or [n, 1]"
              .formatted(name, shape, files.size()));
    }
    return images(files);
  }

  /**
   * Adds an image to those of a request. They are counted while they are read: a small body may
   * hold millions of empty elements.
   *
   * @throws InvalidInputException when the file is empty, or there are too many
   */
  public static void add(List<byte[]> files, byte[] file) throws InvalidInputException {
    if (file.length == 0) {
      throw noImage();
    }
    if (files.size() == MAX_IMAGES) {
      throw new InvalidInputException(
          "a request has at most %,d images; send them in several requests".formatted(MAX_IMAGES));
    }
    files.add(file);
  }

  private static InvalidInputException noImage() {
    return new InvalidInputException("there is no image; send a JPEG or PNG file as an element");
  }

  /**
   * One input per image.
   *
   * @throws InvalidInputException when there are no images, or one is empty
   */
  public static List<ModelInput> images(List<byte[]> files) throws InvalidInputException {
    if (files.isEmpty() || files.stream().anyMatch(file -> file.length == 0)) {
      throw noImage();
    }
    return files.stream().<ModelInput>map(ModelInput.Image::new).toList();
  }

  /**
   * One input per image.
   *
   * @param name of the input
   * @param shape the number of images first
   * @param values of all images, without gaps
   * @throws InvalidInputException when the model does not take this
   */
  public List<ModelInput> values(String name, List<Long> shape, float[] values)
      throws InvalidInputException {
    requireInput(name);
    if (!signature.takesTensors()) {
      throw new InvalidInputException(
          "input '%s' takes encoded images, not values; send the image files as byte strings"
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
    int images = Math.toIntExact(shape.get(0));
    int perImage = values.length / images;
    List<ModelInput> rows = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      rows.add(
          new ModelInput.Tensor(
              images == 1 ? values : Arrays.copyOfRange(values, i * perImage, (i + 1) * perImage)));
    }
    return rows;
  }

  /** A longer shape would only fill the error message. */
  private static void requireRank(List<Long> shape) throws InvalidInputException {
    if (shape.size() > MAX_RANK) {
      throw new InvalidInputException("a tensor has more than " + MAX_RANK + " dimensions");
    }
  }

  private void requireInput(String name) throws InvalidInputException {
    if (!name.equals(signature.input().name())) {
      throw new InvalidInputException(
          "the model has no input '%s'; it takes '%s' (%s), or images as '%s'"
              .formatted(Excerpt.of(name), signature.input().name(), signature.input(), IMAGES));
    }
  }

  private boolean fits(List<Long> shape) {
    TensorSpec spec = signature.input();
    List<Long> expected = spec.shape().orElse(shape);
    if (shape.size() != expected.size() || shape.isEmpty() || shape.get(0) < 1) {
      return false;
    }
    for (int i = 1; i < shape.size(); i++) {
      if (expected.get(i) >= 0 && !expected.get(i).equals(shape.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The number of elements; -1 if it is larger than any request. */
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
