package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.tensorflow.engine.TfNDManager;
import io.lynxeye.engine.jpeg.BlankImage;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import java.nio.ByteBuffer;
import java.util.List;

/** A string input: the model decodes images in its own graph and gets their bytes as sent. */
public final class EncodedInput implements InputAdapter {

  /** An encoded image, as sent. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Encoded(byte[] bytes) implements PreparedInput {}

  private final ImageDecoder decoder;
  private final PreparedInput blank = new Encoded(BlankImage.jpeg());

  public EncodedInput(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  /** Checks only the header: the graph decodes the image. */
  @Override
  public PreparedInput prepare(byte[] body) throws InvalidInputException {
    try {
      decoder.checkHeader(body);
    } catch (InvalidImageException e) {
      throw new InvalidInputException(e.getMessage());
    }
    return new Encoded(body);
  }

  @Override
  public PreparedInput prepare(float[] values) throws InvalidInputException {
    throw new InvalidInputException(
        "this model decodes images itself; send a JPEG or PNG instead of its values");
  }

  @Override
  public boolean isDecodedInGraph() {
    return true;
  }

  @Override
  public PreparedInput blank() {
    return blank;
  }

  @Override
  public NDArray tensor(NDManager manager, List<PreparedInput> samples) {
    ByteBuffer[] elements =
        samples.stream()
            .map(sample -> ByteBuffer.wrap(((Encoded) sample).bytes))
            .toArray(ByteBuffer[]::new);
    return ((TfNDManager) manager).createStringTensor(new Shape(samples.size()), elements);
  }
}
