package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzz test {@code ImageFuzzTest} with libjpeg-turbo as the first JPEG decoder. */
@Tag("engine")
class ScaledImageFuzzTest {

  private static final Path CORPUS = Path.of("..", "..", "translators", "src", "test", "resources");

  private static final ImagePreprocessor PREPROCESSOR =
      new ImagePreprocessor(Preprocessing.from(Map.of("resizeShort", "256", "centerCrop", "true")));

  private static ImageDecoder decoder;

  @BeforeAll
  static void findLibrary() {
    EngineRing.get(); // Unpacks the library.
    NativeLibraries natives = TensorFlowBuild.ofThisProcess().in(UserFolders.ofThisUser());
    var turbo = JpegDecoders.choose(natives);
    assertThat(turbo).isPresent();
    decoder = new ImageDecoder(DecodeLimits.defaults(), turbo);
  }

  /** The JPEG files that the Java decoders are tested with. */
  private static List<Arguments> corpus() throws IOException {
    List<Arguments> images = new ArrayList<>();
    try (Stream<Path> files = Files.walk(CORPUS)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jpeg")).toList()) {
        images.add(Arguments.of(Named.of("" + file.getFileName(), Files.readAllBytes(file))));
      }
    }
    return images;
  }

  @MethodSource("corpus")
  @Timeout(10)
  @FuzzTest(maxDuration = "10m")
  void decodesOrRefuses(byte[] input) {
    FloatBuffer values = FloatBuffer.allocate(PREPROCESSOR.sampleFloats());
    try {
      decoder.decode(input, PREPROCESSOR, values);
    } catch (InvalidImageException e) {
      if (values.position() != 0) {
        throw new IllegalStateException("refused after values were written", e);
      }
      return;
    }
    if (values.hasRemaining()) {
      throw new IllegalStateException("values are missing: " + values);
    }
  }
}
