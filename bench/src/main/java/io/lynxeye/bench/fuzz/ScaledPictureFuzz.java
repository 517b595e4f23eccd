package io.lynxeye.bench.fuzz;

import io.lynxeye.config.CacheFolder;
import io.lynxeye.engine.JpegDecoders;
import io.lynxeye.engine.NativeLibraries;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.ScaledJpegDecoder;
import java.io.IOException;
import java.util.Optional;

/** Jazzer's target: as {@link PictureFuzz}, with JPEGs through libjpeg-turbo first. */
public final class ScaledPictureFuzz {

  private static final ImageDecoder DECODER =
      new ImageDecoder(
          DecodeLimits.defaults(), JpegDecoders.choose(natives()).or(ScaledPictureFuzz::missing));

  private ScaledPictureFuzz() {}

  private static NativeLibraries natives() {
    return new NativeLibraries(CacheFolder.ofThisUser());
  }

  private static Optional<ScaledJpegDecoder> missing() {
    throw new IllegalStateException(
        "libjpeg-turbo is not to be had: start a server once, so that TensorFlow is unpacked");
  }

  public static void fuzzerInitialize() throws IOException {
    WarmUp.with("pictures", ScaledPictureFuzz::fuzzerTestOneInput);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    PictureFuzz.decode(DECODER, input);
  }
}
