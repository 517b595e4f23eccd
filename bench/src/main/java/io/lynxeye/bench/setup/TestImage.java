package io.lynxeye.bench.setup;

import io.vertx.core.buffer.Buffer;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * A JPEG to send, made in memory by scaling a given image.
 *
 * @param name its part of the figures' names
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record TestImage(String name, int width, int height, byte[] jpeg) {

  /** The JPEG quality on ImageIO's scale; chroma has half the resolution. */
  public static final float QUALITY = 0.9f;

  public static final String SMALL = "small";
  public static final String LYNX = "lynx";
  public static final String LARGE = "large";
  public static final String CAMERA = "12mp";

  /** Makes the four sizes: 220x165, 400x600, 1280x960 and 12 megapixels. */
  public static List<TestImage> of(Path original) throws IOException {
    BufferedImage image = ImageIO.read(original.toFile());
    if (image == null) {
      throw new IOException(original + " cannot be read as an image: name a JPEG");
    }
    List<TestImage> images = new ArrayList<>();
    images.add(scaled(image, SMALL, 220, 165));
    images.add(scaled(image, LYNX, 400, 600));
    images.add(scaled(image, LARGE, 1280, 960));
    images.add(scaled(image, CAMERA, 4000, 3000));
    return images;
  }

  /** The image with that name. */
  public static TestImage named(List<TestImage> images, String name) {
    return images.stream().filter(p -> p.name.equals(name)).findFirst().orElseThrow();
  }

  public Buffer body() {
    return Buffer.buffer(jpeg);
  }

  public String size() {
    return width + "x" + height;
  }

  private static TestImage scaled(BufferedImage image, String name, int width, int height)
      throws IOException {
    return new TestImage(name, width, height, jpeg(scaled(image, width, height), QUALITY));
  }

  /** Scales with bilinear interpolation, as the JDK does by default. */
  public static BufferedImage scaled(BufferedImage image, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  /** Writes a JPEG. */
  public static byte[] jpeg(BufferedImage image, float quality) throws IOException {
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), "jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(quality);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
