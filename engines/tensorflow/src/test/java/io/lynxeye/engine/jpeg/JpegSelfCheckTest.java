package io.lynxeye.engine.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.ImageMaker;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import io.lynxeye.translators.image.PixelRows;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A native decoder is used only if it exists and decodes correctly. */
class JpegSelfCheckTest {

  /** Decodes with the JDK and keeps every ratio-th pixel of every ratio-th row. */
  private static Optional<PixelRows> nearest(JpegStream jpeg, int ratio) {
    byte[] file = new byte[jpeg.length()];
    jpeg.copyTo(ByteBuffer.wrap(file));
    BufferedImage image = ImageMaker.read(file);
    int width = (image.getWidth() + ratio - 1) / ratio;
    int height = (image.getHeight() + ratio - 1) / ratio;
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      int pixel = image.getRGB(i % width * ratio, i / width * ratio);
      rgb[3 * i] = (byte) (pixel >> 16);
      rgb[3 * i + 1] = (byte) (pixel >> 8);
      rgb[3 * i + 2] = (byte) pixel;
    }
    return Optional.of(new RgbImage(width, height, rgb));
  }

  @Test
  void aCorrectDecoderPasses() {
    assertThat(JpegSelfCheck.problem(JpegSelfCheckTest::nearest)).isEmpty();
  }

  @Test
  void aDecoderThatDecodesNothingFails() {
    ScaledJpegDecoder onlyWhole =
        (jpeg, ratio) -> ratio == 1 ? nearest(jpeg, ratio) : Optional.empty();

    assertThat(JpegSelfCheck.problem(onlyWhole)).contains("it does not decode it at 1/2");
  }

  @Test
  void aDecoderWithWrongSizesOrColoursFails() {
    ScaledJpegDecoder neverScaled = (jpeg, ratio) -> nearest(jpeg, 1);
    ScaledJpegDecoder black =
        (jpeg, ratio) ->
            Optional.of(
                new RgbImage(
                    jpeg.width(), jpeg.height(), new byte[3 * jpeg.width() * jpeg.height()]));

    assertThat(JpegSelfCheck.problem(neverScaled)).contains("it decodes it wrongly at 1/2");
    assertThat(JpegSelfCheck.problem(black)).contains("it decodes it wrongly at 1/1");
  }

  @Test
  void withoutTensorFlowsLibrariesTheJdkDecodes(@TempDir Path cache) {
    assertThat(JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(cache))).isEmpty();
  }

  @Test
  void withAnInvalidLibraryTheJdkDecodes(@TempDir Path cache) throws Exception {
    String name = "libtensorflow_cc.so.2";
    NativeLibraries natives =
        new NativeLibraries(
            cache, "other", List.of(new NativeLibraries.File("native/" + name, 4, "")));
    Files.createDirectories(natives.folder());
    Files.write(natives.folder().resolve(name), new byte[4]);

    assertThat(JpegDecoders.choose(natives)).isEmpty();
  }
}
