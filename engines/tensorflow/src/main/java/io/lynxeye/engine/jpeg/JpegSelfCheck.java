package io.lynxeye.engine.jpeg;

import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.format.jpeg.ScaledJpegDecoder;
import io.lynxeye.translators.image.PixelRows;
import java.awt.Color;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Checks a JPEG decoder with an image whose pixels are known: four coloured rectangles of odd size,
 * written by the JDK.
 */
final class JpegSelfCheck {

  private static final int WIDTH = 61;
  private static final int HEIGHT = 45;
  private static final Color[] FIELDS = {Color.ORANGE, Color.BLUE, Color.DARK_GRAY, Color.GREEN};

  /** JPEG is lossy. */
  private static final int TOLERANCE = 12;

  private JpegSelfCheck() {}

  /** Returns what is wrong with a decoder; empty if it is correct. */
  static Optional<String> problem(ScaledJpegDecoder decoder) {
    byte[] file = BlankImage.jpeg(fields());
    JpegStream whole = new JpegStream(WIDTH, HEIGHT, List.of(ByteBuffer.wrap(file)));
    for (int ratio = 1; ratio <= 8; ratio *= 2) {
      Optional<PixelRows> decoded = decoder.decode(whole, ratio);
      if (decoded.isEmpty()) {
        return Optional.of("it does not decode it at 1/" + ratio);
      }
      try (PixelRows rows = decoded.get()) {
        if (!isRight(rows, ratio)) {
          return Optional.of("it decodes it wrongly at 1/" + ratio);
        }
      }
    }
    return Optional.empty();
  }

  private static BufferedImage fields() {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics graphics = image.createGraphics();
    for (int i = 0; i < FIELDS.length; i++) {
      graphics.setColor(FIELDS[i]);
      graphics.fillRect(i % 2 * WIDTH / 2, i / 2 * HEIGHT / 2, WIDTH, HEIGHT);
    }
    graphics.dispose();
    return image;
  }

  /** Compares the size, and the colour at the centre of each rectangle. */
  private static boolean isRight(PixelRows rows, int ratio) {
    boolean isRight =
        rows.width() == (WIDTH + ratio - 1) / ratio
            && rows.height() == (HEIGHT + ratio - 1) / ratio;
    byte[] pixel = new byte[3];
    for (int i = 0; isRight && i < FIELDS.length; i++) {
      int x = WIDTH * (1 + i % 2 * 2) / 4 / ratio;
      int y = HEIGHT * (1 + i / 2 * 2) / 4 / ratio;
      rows.read(y, x, 1, pixel);
      isRight =
          isClose(pixel[0], FIELDS[i].getRed())
              && isClose(pixel[1], FIELDS[i].getGreen())
              && isClose(pixel[2], FIELDS[i].getBlue());
    }
    return isRight;
  }

  private static boolean isClose(byte sample, int expected) {
    return Math.abs((sample & 0xff) - expected) <= TOLERANCE;
  }
}
