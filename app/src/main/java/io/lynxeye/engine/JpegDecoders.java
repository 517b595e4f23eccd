package io.lynxeye.engine;

import com.sun.jna.Platform;
import io.lynxeye.translators.ScaledJpegDecoder;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which JPEG decoder this process uses. */
public final class JpegDecoders {

  private static final Logger log = LoggerFactory.getLogger(JpegDecoders.class);

  private JpegDecoders() {}

  /**
   * The fast one where it is to be had and decodes a test picture well; one line of the log tells.
   *
   * @param natives TensorFlow's, unpacked
   * @return nothing where the JDK's decoder has to do
   */
  public static Optional<ScaledJpegDecoder> choose(NativeLibraries natives) {
    if (!Platform.isLinux() || !Platform.isIntel() || !Platform.is64Bit()) {
      return theJdks("this is not Linux on x86-64");
    }
    if (!natives.isUnpacked()) {
      return theJdks("TensorFlow's libraries are not in " + natives.folder());
    }
    try {
      ScaledJpegDecoder turbo = new TurboJpeg(natives.folder());
      Optional<String> problem = JpegSelfCheck.problem(turbo);
      if (problem.isPresent()) {
        return theJdks("libjpeg-turbo fails on a test picture: " + problem.get());
      }
      log.info("JPEG decoder: libjpeg-turbo (TensorFlow's), scaled");
      return Optional.of(turbo);
    } catch (UnsatisfiedLinkError e) {
      return theJdks("TensorFlow's libraries have no libjpeg-turbo: " + e.getMessage());
    }
  }

  private static Optional<ScaledJpegDecoder> theJdks(String reason) {
    log.info("JPEG decoder: the JDK's, at full size: {}", reason);
    return Optional.empty();
  }
}
