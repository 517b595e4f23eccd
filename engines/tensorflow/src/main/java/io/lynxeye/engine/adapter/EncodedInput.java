package io.lynxeye.engine.adapter;

import io.lynxeye.engine.jpeg.BlankImage;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import java.util.List;

/** A string input: the model decodes images in its own graph and gets their bytes as sent. */
public final class EncodedInput implements ImageInput {

  /** An encoded image, as sent. */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  private record Encoded(byte[] file) implements Row {
    @Override
    public long bytes() {
      return file.length;
    }
  }

  private record Files(Tensor tensor) implements Batch {
    @Override
    public void close() {}
  }

  private final ImageDecoder decoder;
  private final TensorSpec input;
  private final Row blank = new Encoded(BlankImage.jpeg());

  /**
   * @param input a scalar, [n] or [n, 1]
   */
  public EncodedInput(ImageDecoder decoder, TensorSpec input) {
    this.decoder = decoder;
    this.input = input;
  }

  /** Checks only the header: the graph decodes the image. */
  @Override
  public Row prepare(byte[] body) throws InvalidInputException {
    try {
      decoder.checkHeader(body);
    } catch (InvalidImageException e) {
      throw new InvalidInputException(e.getMessage());
    }
    return new Encoded(body);
  }

  @Override
  public boolean isDecodedInGraph() {
    return true;
  }

  @Override
  public Row blank() {
    return blank;
  }

  @Override
  public Batch batch(List<Row> rows) {
    long count = rows.size();
    List<Long> shape =
        switch (input.shape().map(List::size).orElse(1)) {
          case 0 -> List.of();
          case 1 -> List.of(count);
          default -> List.of(count, 1L);
        };
    List<byte[]> files = rows.stream().map(row -> ((Encoded) row).file).toList();
    return new Files(Tensor.ofStrings(input.name(), shape, files));
  }
}
