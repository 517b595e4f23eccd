package io.lynxeye.bench.fuzz;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * Writes the small pictures that fuzzing begins with: each format in each kind of pixels that the
 * JDK can write, plain and interlaced.
 *
 * <p>Argument: the folder.
 */
public final class PictureSeeds {

  private static final int WIDTH = 19;
  private static final int HEIGHT = 13;

  private static final Map<String, Integer> KINDS =
      Map.of(
          "rgb", BufferedImage.TYPE_3BYTE_BGR,
          "alpha", BufferedImage.TYPE_4BYTE_ABGR,
          "gray", BufferedImage.TYPE_BYTE_GRAY,
          "gray16", BufferedImage.TYPE_USHORT_GRAY,
          "palette", BufferedImage.TYPE_BYTE_INDEXED,
          "bits", BufferedImage.TYPE_BYTE_BINARY,
          "rgb565", BufferedImage.TYPE_USHORT_565_RGB);

  private PictureSeeds() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (String format : new String[] {"jpeg", "png", "gif", "bmp"}) {
      for (Map.Entry<String, Integer> kind : KINDS.entrySet()) {
        BufferedImage picture = picture(kind.getValue());
        for (boolean isProgressive : new boolean[] {false, true}) {
          String name =
              kind.getKey()
                  + (isProgressive ? "-progressive" : "")
                  + "."
                  + format.toLowerCase(Locale.ROOT);
          write(picture, format, isProgressive, folder.resolve(name));
        }
      }
    }
  }

  private static BufferedImage picture(int type) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, type);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        picture.setRGB(x, y, new Color(x * 13, y * 19, (x ^ y) * 8, 255 - 9 * y).getRGB());
      }
    }
    return picture;
  }

  /** Writes nothing where the format has no such pixels. */
  private static void write(BufferedImage picture, String format, boolean isProgressive, Path file)
      throws IOException {
    var writers =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(picture), format);
    if (!writers.hasNext()) {
      return;
    }
    ImageWriter writer = writers.next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    if (isProgressive && !settings.canWriteProgressive()) {
      return;
    }
    if (isProgressive) {
      settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    Files.deleteIfExists(file);
    try (var out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), settings);
    } catch (IOException e) {
      Files.delete(file); // As JPEG of pixels it does not take after all.
    } finally {
      writer.dispose();
    }
  }
}
