package io.lynxeye.translators.format;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.lynxeye.translators.image.ByteArrayImageInput;
import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;

/** Decodes a parsed WebP with the TwelveMonkeys reader. */
final class WebpPixels {

  private static final WebPImageReaderSpi READER = new WebPImageReaderSpi();
  private static final int EXTENDED_HEADER = 18;
  private static final byte ALPHA_FLAG = 0x10;

  private WebpPixels() {}

  static RgbImage decode(WebpImage image) throws InvalidImageException {
    List<String> warnings = new ArrayList<>();
    BufferedImage decoded;
    try {
      ImageReader reader = READER.createReaderInstance(null);
      try {
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        reader.setInput(new ByteArrayImageInput(plainFile(image)), true, true);
        decoded = reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      throw image.bytes().corrupt("its data cannot be decoded");
    }
    boolean sameSize = decoded.getWidth() == image.width() && decoded.getHeight() == image.height();
    if (!warnings.isEmpty() || !sameSize) {
      throw image.bytes().corrupt("part of its pixels cannot be decoded");
    }
    return onWhite(decoded.getRaster());
  }

  /** The file with pixels only: no profile that would change them, no other frames. */
  private static byte[] plainFile(WebpImage image) throws InvalidImageException {
    EncodedBytes bytes = image.bytes();
    int pixelsLength = WebpImage.chunkEnd(bytes, image.pixels()) - image.pixels();
    int alphaLength =
        image.alpha() < 0 ? 0 : WebpImage.chunkEnd(bytes, image.alpha()) - image.alpha();
    int extended = image.alpha() < 0 ? 0 : EXTENDED_HEADER;
    ByteBuffer file = ByteBuffer.allocate(12 + extended + alphaLength + pixelsLength);
    file.order(ByteOrder.LITTLE_ENDIAN).put(ascii("RIFF")).putInt(file.capacity() - 8);
    file.put(ascii("WEBP"));
    if (image.alpha() >= 0) {
      file.put(ascii("VP8X")).putInt(10).put(ALPHA_FLAG).put(new byte[3]);
      put24(file, image.width() - 1);
      put24(file, image.height() - 1);
      file.put(bytes.array(), image.alpha(), alphaLength);
    }
    int available = Math.min(pixelsLength, bytes.length() - image.pixels());
    file.put(bytes.array(), image.pixels(), available);
    return file.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void put24(ByteBuffer file, int value) {
    file.putShort((short) value).put((byte) (value >> 16));
  }

  private static RgbImage onWhite(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[3 * width * height];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int in = 0; in < row.length; in += bands) {
        int alpha = bands == 4 ? row[in + 3] : 255;
        for (int c = 0; c < 3; c++) {
          rgb[out++] = (byte) RgbImage.onWhite(row[in + c], alpha);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
