package io.lynxeye.translators.format;

import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.tiff.TiffImage;
import io.lynxeye.translators.format.webp.WebpImage;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Recognises formats by their first bytes; names and media types are not trusted. */
public final class ImageFormats {

  /** Text formats may begin with comments. */
  private static final int SNIFFED = 1024;

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
          new Format("BM", BmpImage::parse),
          new Format("II\\*\0|MM\0\\*", TiffImage::parse));

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
    throw OtherContent.refuse(start);
  }
}
