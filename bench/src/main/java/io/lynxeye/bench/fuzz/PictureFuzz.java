package io.lynxeye.bench.fuzz;

import io.lynxeye.bench.micro.ResnetInput;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.ImagePreprocessor;
import io.lynxeye.translators.InvalidImageException;
import java.io.IOException;
import java.nio.FloatBuffer;

/** Jazzer's target: any bytes become a sample or are refused, by the decoders written in Java. */
public final class PictureFuzz {

  private static final ImagePreprocessor PREPROCESSOR = ResnetInput.preprocessor();
  private static final ImageDecoder DECODER = new ImageDecoder(DecodeLimits.defaults());

  private PictureFuzz() {}

  public static void fuzzerInitialize() throws IOException {
    WarmUp.with("pictures", PictureFuzz::fuzzerTestOneInput);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    decode(DECODER, input);
  }

  static void decode(ImageDecoder decoder, byte[] input) {
    FloatBuffer sample = FloatBuffer.allocate(PREPROCESSOR.sampleFloats());
    try {
      decoder.decode(input, PREPROCESSOR, sample);
    } catch (InvalidImageException e) {
      requireUntouched(sample);
      return;
    }
    if (sample.hasRemaining()) {
      throw new IllegalStateException("a sample that is not full");
    }
  }

  private static void requireUntouched(FloatBuffer sample) {
    if (sample.position() != 0) {
      throw new IllegalStateException("refused, but the position has moved");
    }
  }
}
