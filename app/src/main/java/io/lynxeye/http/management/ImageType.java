package io.lynxeye.http.management;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The media type of a file by its first bytes; what its sender called it is not trusted. */
final class ImageType {

  private static final int SNIFFED = 12;

  /** A media type; the pattern matches the start of its files, read as Latin-1. */
  private record Format(String type, Pattern start) {
    Format(String type, String start) {
      this(type, Pattern.compile(start, Pattern.DOTALL));
    }
  }

  private static final List<Format> FORMATS =
      List.of(
          new Format("image/jpeg", "\u00ff\u00d8\u00ff"),
          new Format("image/png", "\u0089PNG\r\n\u001a\n"),
          new Format("image/gif", "GIF8[79]a"),
          new Format("image/webp", "RIFF....WEBP"),
          new Format("image/bmp", "BM"),
          new Format("image/tiff", "II\\*\0|MM\0\\*"));

  private ImageType() {}

  static String of(byte[] file) {
    String start = new String(file, 0, Math.min(SNIFFED, file.length), StandardCharsets.ISO_8859_1);
    return FORMATS.stream()
        .filter(format -> format.start().matcher(start).lookingAt())
        .map(Format::type)
        .findFirst()
        .orElse("application/octet-stream");
  }
}
