package io.lynxeye.translators.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageFormatsTest {

  private static final String LONG_COMMENT =
      "<?xml version='1.0'?>\n<!-- " + "by a program ".repeat(20) + "-->\n";

  private static String[][] refused() {
    return new String[][] {
      {"II+\0\b\0\0\0", "UNSUPPORTED_FORMAT", "BigTIFF"},
      {"MM\0+\0\b\0\0", "UNSUPPORTED_FORMAT", "BigTIFF"},
      {"\0\0\0\30ftypheic\0\0\0\0", "UNSUPPORTED_FORMAT", "HEIC/HEIF"},
      {"\0\0\0\30ftypheic\0\0\0\0", "UNSUPPORTED_FORMAT", "Most Compatible"},
      {"\0\0\0\30ftypavci\0\0\0\0mif1", "UNSUPPORTED_FORMAT", "HEIC/HEIF"},
      {"\0\0\0\34ftypmif1\0\0\0\0mif1miafavif", "UNSUPPORTED_FORMAT", "AVIF"},
      {"\0\0\0\30ftypavif\0\0\0\0", "UNSUPPORTED_FORMAT", "avifdec"},
      {"\0\0\0\30ftypcrx \0\0\0\1", "UNSUPPORTED_FORMAT", "raw camera"},
      {"IIU\0\b\0\0\0", "UNSUPPORTED_FORMAT", "raw camera"},
      {"\0\0\0\30ftypmif1\0\0\0\0", "UNSUPPORTED_FORMAT", "HEIC/HEIF"},
      {"\0\0\0\30ftypavif\0\0\0\0", "UNSUPPORTED_FORMAT", "AVIF"},
      {"\0\0\0\30ftypisom\0\0\0\0", "UNSUPPORTED_FORMAT", "video"},
      {"\u00ff\n\0\0", "UNSUPPORTED_FORMAT", "JPEG XL"},
      {"\0\0\0\fJXL \r\n", "UNSUPPORTED_FORMAT", "JPEG XL"},
      {"\0\0\0\fjP  \r\n", "UNSUPPORTED_FORMAT", "JPEG 2000"},
      {"\u00ffO\u00ffQ\0", "UNSUPPORTED_FORMAT", "JPEG 2000"},
      {"%PDF-1.7", "UNSUPPORTED_FORMAT", "PDF"},
      {"8BPS\0\1", "UNSUPPORTED_FORMAT", "Photoshop"},
      {"\0\0\1\0\1\0", "UNSUPPORTED_FORMAT", "ICO"},
      {"\0\0\2\0\0\0\0\0\0\0\0\0\30\0\20\0\30\40", "UNSUPPORTED_FORMAT", "TGA"},
      {"\32\1\11\0\0\0\1\30\0\0\0\0\30\0\20\0\b\0", "UNSUPPORTED_FORMAT", "TGA"},
      {"P5\n24 16\n255\nabcdefghijklmnop", "UNSUPPORTED_FORMAT", "PNM"},
      {"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nENDHDR\nx", "UNSUPPORTED_FORMAT", "PAM"},
      {"PF\n1 1\n-1.0\nabcd", "UNSUPPORTED_FORMAT", "PFM"},
      {"qoif\0\0\0\1", "UNSUPPORTED_FORMAT", "QOI"},
      {"v/1\1\2\0\0\0", "UNSUPPORTED_FORMAT", "OpenEXR"},
      {"#?RADIANCE\n", "UNSUPPORTED_FORMAT", "Radiance"},
      {"%!PS-Adobe-3.0 EPSF-3.0", "UNSUPPORTED_FORMAT", "PostScript"},
      {"\32E\u00df\u00a3", "UNSUPPORTED_FORMAT", "video"},
      {" <svg xmlns='http://www.w3.org/2000/svg'/>", "UNSUPPORTED_FORMAT", "SVG"},
      {"<?xml version='1.0'?><svg>", "UNSUPPORTED_FORMAT", "SVG"},
      {LONG_COMMENT + "<svg>", "UNSUPPORTED_FORMAT", "SVG"},
      {"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'><svg>", "UNSUPPORTED_FORMAT", "SVG"},
      {"<!doctype html><html><body><svg>", "NOT_AN_IMAGE", "HTML"},
      {LONG_COMMENT + "<html><body><svg>", "NOT_AN_IMAGE", "HTML"},
      {"PK\3\4\24\0", "NOT_AN_IMAGE", "ZIP"},
      {"<!DOCTYPE html><html>", "NOT_AN_IMAGE", "HTML"},
      {"{\"image\": \"...\"}", "NOT_AN_IMAGE", "JSON"},
      {"--boundary\r\nContent-Disposition: form-data", "NOT_AN_IMAGE", "multipart"},
      {"/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAIBAQE=", "NOT_AN_IMAGE", "base64"},
      {"data:image/jpeg;base64,/9j/4AAQ", "NOT_AN_IMAGE", "base64"},
      {"\37\u008b\10\0", "NOT_AN_IMAGE", "gzip"},
      {"\1\2\3", "NOT_AN_IMAGE", "not an image"},
      {"", "EMPTY", "empty"},
    };
  }

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @ParameterizedTest
  @MethodSource("refused")
  void theMessageNamesTheFormatAndTheCure(String start, String reason, String name) {
    assertThatThrownBy(() -> decoder.decode(TestImages.latin1(start)))
        .isInstanceOfSatisfying(
            InvalidImageException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.valueOf(reason));
              assertThat(e.getStackTrace()).isEmpty();
            })
        .hasMessageContaining(name)
        .hasMessageContaining("Send");
  }

  @Test
  void anImageMustContainItsPixels() {
    assertThatThrownBy(() -> new RgbImage(2, 2, new byte[11])).hasMessageContaining("2 x 2");
    assertThatThrownBy(() -> new RgbImage(0, 2, new byte[0])).hasMessageContaining("0 x 2");
  }
}
