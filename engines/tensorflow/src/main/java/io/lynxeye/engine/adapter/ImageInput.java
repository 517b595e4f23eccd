package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.List;
import java.util.Optional;

/** Turns images into a model's input: image files into prepared inputs, and these into a tensor. */
public interface ImageInput {

  /** An image in the form that the input takes. */
  interface Row extends PreparedInput {}

  /** The tensor of some images. */
  interface Batch extends AutoCloseable {

    Tensor tensor();

    /** Gives its memory back; the tensor must not be read any more. */
    @Override
    void close();
  }

  /** Prepares an encoded image; called on a decode thread. */
  Row prepare(byte[] body) throws InvalidInputException;

  /** A tensor of one image as a row, if it has the type and the shape of the rows here. */
  default Optional<Row> prepare(Tensor image) {
    return Optional.empty();
  }

  /** Whether the graph decodes images, so that an argument it rejects is the caller's image. */
  boolean isDecodedInGraph();

  /** A blank image, for the warm-up. */
  Row blank();

  /** Warms up the decoder, so that the first request does not pay for its compilation. */
  default void rehearse() {}

  /** Creates one tensor of the images; called on a worker. */
  Batch batch(List<Row> rows);
}
