package io.lynxeye.translators.format;

import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names what a body is that is not an image of a supported format.
 *
 * @param start matches the start of its files, read as Latin-1
 * @param reason unsupported, or not an image
 * @param what its name, or for what is not an image, a sentence
 * @param cure what to do; empty for the general advice
 */
record OtherContent(Pattern start, Reason reason, String what, String cure) {

  private static final List<OtherContent> ALL =
      List.of(
          unsupported("II\\+\0|MM\0\\+", "A BigTIFF file"),
          unsupported("II(RO|RS|U\0)|MMOR|FUJIFILMCCD-RAW|....ftypcrx ", "A raw camera file"),
          unsupported(
              "....ftyp(avi[fs]|(mif1|msf1|miaf).*avi[fs])",
              "AVIF",
              "Send it as PNG: avifdec image.avif image.png"),
          unsupported(
              "....ftyp(he|mif[12]|msf1|miaf|avc[is]|jpe?gs?)",
              "HEIC/HEIF",
              "Send it as JPEG: on an iPhone, choose Settings > Camera > Formats > Most Compatible;"
                  + " elsewhere, convert it: magick photo.heic photo.jpg"),
          unsupported("....ftyp|....moov|....mdat", "An MP4 or QuickTime video"),
          unsupported("\u001aE\u00df\u00a3|RIFF....AVI ", "A video"),
          unsupported("\0\0\0\fjP  |\u00ffO\u00ffQ", "JPEG 2000"),
          unsupported("\u00ff\n|\0\0\0\fJXL ", "JPEG XL"),
          unsupported("II\u00bc", "JPEG XR"),
          unsupported("P[1-6][\\s#]", "A PNM image (PBM, PGM or PPM)"),
          unsupported("P7\\s", "A PAM image"),
          unsupported("P[Ff]\\s", "A PFM image"),
          unsupported("\0\0[\1\2]\0(?!\0\0)", "An icon (ICO) file"),
          unsupported("icns", "An icon (ICNS) file"),
          unsupported(".\0[\2\3\n\13]\0{5}.{8}[\b\17\20\30\40][\0-?]", "A TGA image"),
          unsupported(".\1[\1\t].{4}[\17\20\30\40].{8}[\b\20]", "A TGA image"),
          unsupported("\n[\0\2-\5]\1[\1\2\4\b]", "A PCX image"),
          unsupported("\1\u00da[\0\1][\1\2]", "An SGI image"),
          unsupported("qoif", "A QOI image"),
          unsupported("DDS ", "A DDS texture"),
          unsupported("v/1\1", "An OpenEXR image"),
          unsupported("#\\?R(ADIANC|GB)E", "A Radiance (HDR) image"),
          unsupported("SIMPLE  =", "A FITS image"),
          unsupported("AT&TFORM", "A DjVu document"),
          unsupported("%PDF", "A PDF document"),
          unsupported("%!PS|\u00c5\u00d0\u00d3\u00c6", "A PostScript file"),
          unsupported("8BPS", "A Photoshop (PSD) file"),
          unsupported("gimp xcf", "A GIMP (XCF) file"),
          unsupported(
              "(?i)(\u00ef\u00bb\u00bf)?\\s*(<svg|<[?!](?!doctype html)((?!<html).)*<svg)",
              "An SVG drawing"),
          notAnImage("PK\3\4", "This is a ZIP archive (or an office document), not an image."),
          notAnImage(
              "\u001f\u008b", "This is gzip-compressed data, not an image. Unpack it first."),
          notAnImage("(\u00ef\u00bb\u00bf)?\\s*<", "This is HTML or XML text, not an image."),
          notAnImage("\\s*[{\\[]", "This is JSON text, not an image."),
          notAnImage("\\s*--", "This is a multipart form, not an image."),
          notAnImage(
              "\\s*data:|[A-Za-z0-9+/_\\-\\s]{16,}+={0,2}+\\s*+$",
              "This is base64 text, not an image. Decode it first."),
          notAnImage("", "This is not an image of a known format."));

  private static OtherContent unsupported(String start, String what, String cure) {
    return new OtherContent(
        Pattern.compile(start, Pattern.DOTALL), Reason.UNSUPPORTED_FORMAT, what, cure);
  }

  private static OtherContent unsupported(String start, String what) {
    return unsupported(start, what, "");
  }

  private static OtherContent notAnImage(String start, String what) {
    return new OtherContent(Pattern.compile(start, Pattern.DOTALL), Reason.NOT_AN_IMAGE, what, "");
  }

  /** The failure that names the content, by its first bytes. */
  static InvalidImageException refuse(String start) {
    return ALL.stream()
        .filter(content -> content.start.matcher(start).lookingAt())
        .findFirst()
        .orElseThrow()
        .failure();
  }

  private InvalidImageException failure() {
    if (reason == Reason.NOT_AN_IMAGE) {
      return new InvalidImageException(
          reason,
          what + " Send the bytes of one image as " + InvalidImageException.SUPPORTED + ".");
    }
    return cure.isEmpty()
        ? InvalidImageException.unsupported(what)
        : InvalidImageException.unsupported(what, cure);
  }
}
