package io.lynxeye.translators.format;

import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.webp.WebpImage;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Recognises formats by their first bytes; names and media types are not trusted. */
public final class ImageFormats {

  private static final int SNIFFED = 64;

  private interface Parser {
    EncodedImage parse(byte[] data) throws InvalidImageException;
  }

  /** A supported format; the pattern matches the start of its files, read as Latin-1. */
  private record Format(Pattern start, Parser parser) {
    Format(String start, Parser parser) {
      this(Pattern.compile(start, Pattern.DOTALL), parser);
    }
  }

  private static final List<Format> FORMATS =
      List.of(
          new Format("\u00ff\u00d8", JpegImage::parse),
          new Format("\u0089PNG\r\n\u001a\n", PngImage::parse),
          new Format("GIF8[79]a", GifImage::parse),
          new Format("RIFF....WEBP", WebpImage::parse),
          new Format("BM", BmpImage::parse));

  /** Other content; {@code what} is its name in messages. */
  private record Other(Pattern start, String what) {
    Other(String start, String what) {
      this(Pattern.compile(start, Pattern.DOTALL), what);
    }
  }

  private static final List<Other> UNSUPPORTED =
      List.of(
          new Other("II\\*\0|MM\0\\*|II\\+\0", "A TIFF or raw camera file"),
          new Other("....ftypavi", "AVIF"),
          new Other("....ftyp(he|mif1|msf1)", "HEIC/HEIF"),
          new Other("....ftyp", "An MP4 or QuickTime video"),
          new Other("\0\0\0\fjP  |\u00ffO\u00ffQ", "JPEG 2000"),
          new Other("\u00ff\n|\0\0\0\fJXL ", "JPEG XL"),
          new Other("\0\0[\1\2]\0", "An icon (ICO) file"),
          new Other("%PDF", "A PDF document"),
          new Other("8BPS", "A Photoshop (PSD) file"),
          new Other("(?i)\\s*(<svg|<\\?xml.*<svg)", "An SVG drawing"));

  private static final List<Other> NOT_IMAGES =
      List.of(
          new Other("PK\3\4", "This is a ZIP archive (or an office document), not an image."),
          new Other("\u001f\u008b", "This is gzip-compressed data, not an image. Unpack it first."),
          new Other("\\s*<", "This is HTML or XML text, not an image."),
          new Other("\\s*[{\\[]", "This is JSON text, not an image."),
          new Other("\\s*--", "This is a multipart form, not an image."),
          new Other(
              "\\s*data:|[A-Za-z0-9+/_\\-\\s]{16,}={0,2}\\s*$",
              "This is base64 text, not an image. Decode it first."),
          new Other("", "This is not an image of a known format."));

  private ImageFormats() {}

  /** Reads the header of an image, without decoding any pixels. */
  public static EncodedImage open(byte[] data) throws InvalidImageException {
    if (data.length == 0) {
      throw new InvalidImageException(
          Reason.EMPTY, "There is no image: the body is empty. Send the bytes of one image.");
    }
    String start = new String(data, 0, Math.min(SNIFFED, data.length), StandardCharsets.ISO_8859_1);
    for (Format format : FORMATS) {
      if (format.start().matcher(start).lookingAt()) {
        return format.parser().parse(data);
      }
    }
    for (Other other : UNSUPPORTED) {
      if (other.start().matcher(start).lookingAt()) {
        throw InvalidImageException.unsupported(other.what());
      }
    }
    Other other =
        NOT_IMAGES.stream()
            .filter(candidate -> candidate.start().matcher(start).lookingAt())
            .findFirst()
            .orElseThrow();
    throw new InvalidImageException(
        Reason.NOT_AN_IMAGE,
        other.what() + " Send the bytes of one image as JPEG, PNG, GIF, BMP or WebP.");
  }
}
