package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.util.Arrays;
import java.util.Optional;

/** Draws a decoded frame on a white canvas. */
final class WebpPixels {

  private WebpPixels() {}

  static RgbImage decode(WebpImage image, Optional<LibWebp> loaded) throws InvalidImageException {
    LibWebp library =
        loaded.orElseThrow(
            () ->
                new InvalidImageException(
                    Reason.UNSUPPORTED_FORMAT,
                    "WebP cannot be decoded here, because the library for it (libwebp) could"
                        + " not be loaded. Send a JPEG or PNG."));
    WebpFrame frame = image.frame();
    byte[] rgb = new byte[3 * image.width() * image.height()];
    if (frame.width() < image.width() || frame.height() < image.height()) {
      Arrays.fill(rgb, (byte) 255);
    }
    int origin = 3 * (frame.y() * image.width() + frame.x());
    int stride = 3 * image.width();
    boolean isWhole =
        library.decode(
            image.bytes().array(),
            frame,
            (row, pixels) -> {
              int out = origin + row * stride;
              if (frame.hasAlpha()) {
                drawOnWhite(pixels, rgb, out);
              } else {
                System.arraycopy(pixels, 0, rgb, out, pixels.length);
              }
            });
    if (!isWhole) {
      throw image.bytes().corrupt("its data cannot be decoded");
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  private static void drawOnWhite(byte[] rgba, byte[] rgb, int at) {
    int out = at;
    for (int in = 0; in < rgba.length; in += 4) {
      int alpha = rgba[in + 3] & 0xff;
      rgb[out++] = (byte) RgbImage.onWhite(rgba[in] & 0xff, alpha);
      rgb[out++] = (byte) RgbImage.onWhite(rgba[in + 1] & 0xff, alpha);
      rgb[out++] = (byte) RgbImage.onWhite(rgba[in + 2] & 0xff, alpha);
    }
  }
}
