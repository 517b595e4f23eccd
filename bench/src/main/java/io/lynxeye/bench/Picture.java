package io.lynxeye.bench;

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
 * A picture to send, made in memory by scaling a given one.
 *
 * @param name in figures
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Picture(String name, int width, int height, byte[] jpeg) {

  /** The JPEG quality they are written with, as ImageIO counts; chroma halved both ways. */
  public static final float QUALITY = 0.9f;

  public static final String SMALL = "small";
  public static final String LYNX = "lynx";
  public static final String LARGE = "large";
  public static final String CAMERA = "12mp";

  /** The four sizes: 220x165, 400x600, 1280x960 and 12 megapixels. */
  public static List<Picture> of(Path original) throws IOException {
    BufferedImage picture = ImageIO.read(original.toFile());
    if (picture == null) {
      throw new IOException(original + " is no picture that the JDK can read; name a JPEG");
    }
    List<Picture> pictures = new ArrayList<>();
    pictures.add(scaled(picture, SMALL, 220, 165));
    pictures.add(scaled(picture, LYNX, 400, 600));
    pictures.add(scaled(picture, LARGE, 1280, 960));
    pictures.add(scaled(picture, CAMERA, 4000, 3000));
    return pictures;
  }

  /** One of that name among them. */
  public static Picture named(List<Picture> pictures, String name) {
    return pictures.stream().filter(p -> p.name.equals(name)).findFirst().orElseThrow();
  }

  public Buffer body() {
    return Buffer.buffer(jpeg);
  }

  public String size() {
    return width + "x" + height;
  }

  private static Picture scaled(BufferedImage picture, String name, int width, int height)
      throws IOException {
    return new Picture(name, width, height, jpeg(scaled(picture, width, height)));
  }

  static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  private static byte[] jpeg(BufferedImage picture) throws IOException {
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(picture), "jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      settings.setCompressionQuality(QUALITY);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
