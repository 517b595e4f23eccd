package io.lynxeye.quantizer.search;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Parts of an image, as image files: more inputs from few images. Each is made when asked for. */
public final class Crops {

  /** Left, top, width and height as shares of the image; a negative width mirrors. */
  private record Part(double left, double top, double width, double height) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(0.15, 0.15, -0.7, 0.7),
          new Part(0, 0, 0.75, 0.75),
          new Part(0.25, 0.25, 0.75, 0.75),
          new Part(0.25, 0, -0.75, 0.75),
          new Part(0, 0.25, 0.75, 0.75),
          new Part(0.25, 0.25, 0.5, 0.5),
          new Part(0, 0, -1, 1));

  /** The most crops of one image. */
  public static final int MOST = PARTS.size();

  /** The least width and height of an image that is cropped. */
  private static final int LEAST = 64;

  private final BufferedImage whole;
  private final int count;

  private Crops(BufferedImage whole, int count) {
    this.whole = whole;
    this.count = count;
  }

  /**
   * The crops of an image.
   *
   * @param count how many, at most {@link #MOST}; an image of a format that the JDK cannot read, or
   *     one that is too small, has no crops
   */
  public static Crops of(byte[] image, int count) {
    BufferedImage whole = count == 0 ? null : read(image);
    boolean isUsable = whole != null && Math.min(whole.getWidth(), whole.getHeight()) >= LEAST;
    return new Crops(whole, isUsable ? count : 0);
  }

  private static BufferedImage read(byte[] image) {
    try {
      return ImageIO.read(new ByteArrayInputStream(image));
    } catch (IOException | RuntimeException e) { // ImageIO throws both for damaged files.
      return null;
    }
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /**
   * One of them.
   *
   * @param format of the file: {@code bmp}, which loses nothing, or {@code jpg}
   */
  public byte[] get(int index, String format) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(crop(whole, PARTS.get(index)), format, file);
    return file.toByteArray();
  }

  private static BufferedImage crop(BufferedImage whole, Part part) {
    int width = (int) (whole.getWidth() * Math.abs(part.width));
    int height = (int) (whole.getHeight() * part.height);
    int left = (int) (whole.getWidth() * part.left);
    int top = (int) (whole.getHeight() * part.top);
    BufferedImage crop = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = crop.createGraphics();
    if (part.width > 0) {
      graphics.drawImage(whole, -left, -top, null);
    } else {
      graphics.drawImage(whole, left + width, -top, -whole.getWidth(), whole.getHeight(), null);
    }
    graphics.dispose();
    return crop;
  }
}
