package io.lynxeye.translators;

import io.lynxeye.translators.InvalidImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Recognises formats by their first bytes; names and media types are not trusted. */
final class ImageFormats {

  private static final int SNIFFED = 64;

  private ImageFormats() {}

  /** Reads the header of an image, without decoding any pixels. */
  static EncodedImage open(byte[] data) throws InvalidImageException {
    if (data.length == 0) {
      throw new InvalidImageException(
          Reason.EMPTY, "There is no image: the body is empty. Send the bytes of one image.");
    }
    String start = new String(data, 0, Math.min(SNIFFED, data.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("\u00ff\u00d8")) {
      return JpegImage.parse(data);
    }
    if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PngImage.parse(data);
    }
    if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return GifImage.parse(data);
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return WebpImage.parse(data);
    }
    if (start.startsWith("BM")) {
      return BmpImage.parse(data);
    }
    String known = unsupported(start);
    if (known != null) {
      throw InvalidImageException.unsupported(known);
    }
    throw new InvalidImageException(Reason.NOT_AN_IMAGE, notAnImage(start));
  }

  /** The name of a known, but unsupported image or document format, or null. */
  private static String unsupported(String start) {
    if (start.startsWith("II*\0") || start.startsWith("MM\0*") || start.startsWith("II+\0")) {
      return "A TIFF or raw camera file";
    }
    if (start.startsWith("ftyp", 4)) {
      return isoMedia(start.substring(8));
    }
    if (start.startsWith("\0\0\0\fjP  ") || start.startsWith("\u00ffO\u00ffQ")) {
      return "JPEG 2000";
    }
    if (start.startsWith("\u00ff\n") || start.startsWith("\0\0\0\fJXL ")) {
      return "JPEG XL";
    }
    if (start.startsWith("\0\0\1\0") || start.startsWith("\0\0\2\0")) {
      return "An icon (ICO) file";
    }
    if (start.startsWith("%PDF")) {
      return "A PDF document";
    }
    if (start.startsWith("8BPS")) {
      return "A Photoshop (PSD) file";
    }
    return isSvg(start) ? "An SVG drawing" : null;
  }

  private static String isoMedia(String brands) {
    if (brands.startsWith("avi")) {
      return "AVIF";
    }
    boolean heif =
        brands.startsWith("he") || brands.startsWith("mif1") || brands.startsWith("msf1");
    return heif ? "HEIC/HEIF" : "An MP4 or QuickTime video";
  }

  private static boolean isSvg(String start) {
    String text = start.stripLeading().toLowerCase(Locale.ROOT);
    return text.startsWith("<svg") || (text.startsWith("<?xml") && text.contains("<svg"));
  }

  private static String notAnImage(String start) {
    String text = start.stripLeading();
    String cure = " Send the bytes of one image as JPEG, PNG, GIF, BMP or WebP.";
    if (start.startsWith("PK\3\4")) {
      return "This is a ZIP archive (or an office document), not an image." + cure;
    }
    if (start.startsWith("\u001f\u008b")) {
      return "This is gzip-compressed data, not an image. Unpack it first." + cure;
    }
    if (text.startsWith("<")) {
      return "This is HTML or XML text, not an image." + cure;
    }
    if (text.startsWith("{") || text.startsWith("[")) {
      return "This is JSON text, not an image." + cure;
    }
    if (text.startsWith("--")) {
      return "This is a multipart form, not an image." + cure;
    }
    if (text.startsWith("data:") || text.matches("[A-Za-z0-9+/_\\-\\s]{16,}={0,2}\\s*")) {
      return "This is base64 text, not an image. Decode it first." + cure;
    }
    return "This is not an image of a known format." + cure;
  }
}
