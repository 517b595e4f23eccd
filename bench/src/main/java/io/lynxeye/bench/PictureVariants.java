package io.lynxeye.bench;

import io.lynxeye.translators.ImagePreprocessor;
import io.lynxeye.translators.Preprocessing;
import io.lynxeye.translators.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** JPEGs made of one picture: parts of it, in sizes from about what a model wants to ten times. */
final class PictureVariants {

  /** Which part, as fractions of the picture: side, left, top; and its short side in pixels. */
  private record Part(double side, double left, double top, int shortSide) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(1, 0, 0, 520),
          new Part(1, 0, 0, 1100),
          new Part(1, 0, 0, 2600),
          new Part(0.6, 0, 0, 700),
          new Part(0.6, 0.4, 0.4, 1500),
          new Part(0.6, 0.2, 0.3, 400));

  private PictureVariants() {}

  /** In qualities from 0.75 to 0.95. */
  static List<byte[]> of(BufferedImage picture) throws IOException {
    List<byte[]> jpegs = new ArrayList<>();
    for (Part part : PARTS) {
      BufferedImage resized = resized(cut(picture, part), part.shortSide);
      jpegs.add(jpeg(resized, 0.75f + 0.1f * (jpegs.size() % 3)));
    }
    return jpegs;
  }

  private static BufferedImage cut(BufferedImage picture, Part part) {
    int width = (int) (picture.getWidth() * part.side);
    int height = (int) (picture.getHeight() * part.side);
    int left = (int) (picture.getWidth() * part.left);
    int top = (int) (picture.getHeight() * part.top);
    BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    cut.createGraphics().drawImage(picture, -left, -top, null);
    return cut;
  }

  /** Antialiased, as cameras and editors do. */
  private static BufferedImage resized(BufferedImage picture, int shortSide) {
    double scale = (double) shortSide / Math.min(picture.getWidth(), picture.getHeight());
    int width = (int) Math.round(picture.getWidth() * scale);
    int height = (int) Math.round(picture.getHeight() * scale);
    Map<String, ?> arguments =
        Map.of("width", width, "height", height, "toTensor", false, "channelOrder", "RGB");
    RgbImage source = new RgbImage(picture.getWidth(), picture.getHeight(), samples(picture));
    float[] values = new ImagePreprocessor(Preprocessing.from(arguments)).preprocess(source);
    BufferedImage resized = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] target = samples(resized);
    for (int i = 0; i < target.length; i++) {
      target[i] = (byte) Math.round(values[i]);
    }
    return resized;
  }

  /** Blue, green, red: the preprocessor does not care. */
  private static byte[] samples(BufferedImage picture) {
    return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
  }

  private static byte[] jpeg(BufferedImage picture, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
