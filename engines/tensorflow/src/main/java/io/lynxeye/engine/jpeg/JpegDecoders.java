package io.lynxeye.engine.jpeg;

import com.sun.jna.Platform;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the JPEG decoder of this process. */
public final class JpegDecoders {

  private static final Logger log = LoggerFactory.getLogger(JpegDecoders.class);

  private JpegDecoders() {}

  /**
   * Returns libjpeg-turbo where it is available and decodes a test image correctly; logs the
   * choice.
   *
   * @param natives TensorFlow's, unpacked
   * @return empty where the JDK's decoder must be used
   */
  public static Optional<ScaledJpegDecoder> choose(NativeLibraries natives) {
    if (!Platform.isLinux() || !Platform.is64Bit()) {
      return theJdks("this machine is not 64-bit Linux");
    }
    if (!natives.isUnpacked()) {
      return theJdks("TensorFlow's libraries are not in " + natives.folder());
    }
    try {
      ScaledJpegDecoder turbo = new TurboJpeg(natives.folder());
      Optional<String> problem = JpegSelfCheck.problem(turbo);
      if (problem.isPresent()) {
        return theJdks("libjpeg-turbo fails on a test image: " + problem.get());
      }
      log.info("JPEG decoder: libjpeg-turbo (TensorFlow's), scaled");
      return Optional.of(turbo);
    } catch (UnsatisfiedLinkError e) {
      return theJdks("TensorFlow's libraries have no libjpeg-turbo: " + e.getMessage());
    }
  }

  private static Optional<ScaledJpegDecoder> theJdks(String reason) {
    log.info("JPEG decoder: the JDK's, unscaled: {}", reason);
    return Optional.empty();
  }
}
