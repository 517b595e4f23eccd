package io.lynxeye.quantizer.search;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Parts of an image, as image files: more inputs from few images. */
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

  private Crops() {}

  /**
   * Crops an image.
   *
   * @param count how many, at most {@link #MOST}
   * @return BMP files; none for a format that the JDK cannot read, or an image too small
   */
  public static List<byte[]> of(byte[] image, int count) {
    List<byte[]> crops = new ArrayList<>();
    try {
      BufferedImage whole = ImageIO.read(new ByteArrayInputStream(image));
      if (whole == null || Math.min(whole.getWidth(), whole.getHeight()) < 64) {
        return List.of();
      }
      for (Part part : PARTS.subList(0, count)) {
        crops.add(crop(whole, part));
      }
    } catch (IOException | RuntimeException e) { // ImageIO throws both for damaged files.
      return List.of();
    }
    return crops;
  }

  private static byte[] crop(BufferedImage whole, Part part) throws IOException {
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
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(crop, "bmp", file);
    return file.toByteArray();
  }
}
