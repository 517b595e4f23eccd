package io.lynxeye.translators.format.tiff;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.lynxeye.translators.image.ByteArrayImageInput;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.JdkReaders;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Decodes a parsed TIFF with the TwelveMonkeys reader; one that is coded like a fax with the JDK's,
 * because TwelveMonkeys' shows missing and damaged rows of those as white in silence.
 */
final class TiffPixels {

  private static final ImageReaderSpi READER = new TIFFImageReaderSpi();
  private static final ImageReaderSpi FAX_READER = JdkReaders.of("tiff");

  /**
   * Warnings that lose no pixels: the lengths of strips have been checked, tables can be in each
   * JPEG, a palette of 8 bits is recognised as such, and the first row of a fax needs no marker.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "strip/tileByteCount < required"
              + "|Missing JPEGTables|8 bit ColorMap|T\\.4 compressed data should begin with EOL");

  private final TiffImage image;

  TiffPixels(TiffImage image) {
    this.image = image;
  }

  /** Ends the decoding at the first lost pixel: a damaged fax could have a warning for each bit. */
  private static final class LostPixels extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostPixels() {
      super(null, null, false, false);
    }
  }

  RgbImage decode() throws InvalidImageException {
    BufferedImage decoded;
    try {
      ImageReaderSpi spi = image.segments().isFax() ? FAX_READER : READER;
      ImageReader reader = spi.createReaderInstance(null);
      try {
        reader.addIIOReadWarningListener(TiffPixels::check);
        reader.setInput(new ByteArrayImageInput(new PlainTiff(image).bytes()), true, true);
        decoded = reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (LostPixels e) {
      throw image.bytes().corrupt("part of its pixels cannot be decoded");
    } catch (IOException | RuntimeException e) {
      throw image.bytes().corrupt("its data cannot be decoded");
    }
    return onWhite(decoded);
  }

  private static void check(ImageReader reader, String warning) {
    if (!HARMLESS.matcher(warning).lookingAt()) {
      throw new LostPixels();
    }
  }

  private RgbImage onWhite(BufferedImage decoded) {
    byte[] rgb = new byte[3 * image.width() * image.height()];
    boolean indexed = decoded.getColorModel() instanceof IndexColorModel;
    if (indexed || image.color() == TiffImage.Color.PALETTE) {
      putColors(decoded, rgb);
    } else {
      putSamples(decoded.getRaster(), rgb);
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  private void putColors(BufferedImage decoded, byte[] rgb) {
    int[] row = new int[image.width()];
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      decoded.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int color : row) {
        int alpha = image.alpha() ? color >>> 24 : 255;
        for (int shift = 16; shift >= 0; shift -= 8) {
          rgb[out++] = (byte) RgbImage.onWhite(color >> shift & 0xff, alpha);
        }
      }
    }
  }

  /** Samples of 16 bits count with their high byte; those of fewer than 8 fill the range. */
  private void putSamples(Raster raster, byte[] rgb) {
    int bands = raster.getNumBands();
    int depth = raster.getSampleModel().getSampleSize(0);
    int[] row = new int[image.width() * bands];
    int[] pixel = new int[bands];
    int out = 0;
    for (int y = 0; y < image.height(); y++) {
      raster.getPixels(0, y, image.width(), 1, row);
      for (int in = 0; in < row.length; in += bands) {
        for (int i = 0; i < bands; i++) {
          int sample = row[in + i];
          pixel[i] =
              depth == 16 ? sample >> 8 : depth == 8 ? sample : sample * 255 / ((1 << depth) - 1);
        }
        put(pixel, rgb, out);
        out += 3;
      }
    }
  }

  private void put(int[] pixel, byte[] rgb, int out) {
    TiffImage.Color color = image.color();
    int components = color.components;
    int alpha = image.alpha() && pixel.length > components ? pixel[components] : 255;
    for (int c = 0; c < 3; c++) {
      int value = components == 1 ? pixel[0] : pixel[c];
      if (color == TiffImage.Color.CMYK) {
        value = ((255 - pixel[c]) * (255 - pixel[3]) + 127) / 255;
      }
      rgb[out + c] =
          (byte)
              (image.premultiplied()
                  ? Math.min(255, value + 255 - alpha)
                  : RgbImage.onWhite(value, alpha));
    }
  }
}
