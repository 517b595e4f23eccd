package io.lynxeye.bench;

import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.preprocess.ImagePreprocessor;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JPEGs of crops of one image, from about the size that a model needs to ten times as large. */
final class ImageVariants {

  /** A crop, as fractions of the image: side, left, top; and its short side in pixels. */
  private record Crop(double side, double left, double top, int shortSide) {}

  private static final List<Crop> CROPS =
      List.of(
          new Crop(1, 0, 0, 520),
          new Crop(1, 0, 0, 1100),
          new Crop(1, 0, 0, 2600),
          new Crop(0.6, 0, 0, 700),
          new Crop(0.6, 0.4, 0.4, 1500),
          new Crop(0.6, 0.2, 0.3, 400));

  private ImageVariants() {}

  /** Writes the crops in qualities from 0.75 to 0.95. */
  static List<byte[]> of(BufferedImage image) throws IOException {
    List<byte[]> jpegs = new ArrayList<>();
    for (Crop crop : CROPS) {
      BufferedImage resized = resized(cut(image, crop), crop.shortSide);
      jpegs.add(TestImage.jpeg(resized, 0.75f + 0.1f * (jpegs.size() % 3)));
    }
    return jpegs;
  }

  private static BufferedImage cut(BufferedImage image, Crop crop) {
    int width = (int) (image.getWidth() * crop.side);
    int height = (int) (image.getHeight() * crop.side);
    int left = (int) (image.getWidth() * crop.left);
    int top = (int) (image.getHeight() * crop.top);
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    cut.createGraphics().drawImage(image, -left, -top, null);
    return cut;
  }

  /** Resizes with antialiasing, as cameras and editors do. */
  private static BufferedImage resized(BufferedImage image, int shortSide) {
    double scale = (double) shortSide / Math.min(image.getWidth(), image.getHeight());
    int width = (int) Math.round(image.getWidth() * scale);
    int height = (int) Math.round(image.getHeight() * scale);
    Map<String, ?> arguments =
        Map.of("width", width, "height", height, "toTensor", false, "channelOrder", "RGB");
    RgbImage source = new RgbImage(image.getWidth(), image.getHeight(), samples(image));
    float[] values = new ImagePreprocessor(Preprocessing.from(arguments)).preprocess(source);
    BufferedImage resized = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] target = samples(resized);
    for (int i = 0; i < target.length; i++) {
      target[i] = (byte) Math.round(values[i]);
    }
    return resized;
  }

  /** The bytes in the order blue, green, red: for a resize, the order does not matter. */
  private static byte[] samples(BufferedImage image) {
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }
}
