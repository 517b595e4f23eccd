package io.lynxeye.translators.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WebpDecodingTest {

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @Test
  void losslessIsExact() throws Exception {
    assertThat(decoder.decode(WebpFiles.lossless()).rgb())
        .isEqualTo(TestImages.pattern(20, 12).rgb());
  }

  @Test
  void losslessAlphaIsCompositedOnWhite() throws Exception {
    byte[] expected = TestImages.pattern(20, 12).rgb();
    for (int i = 0; i < expected.length; i++) {
      int alpha = i / 3 % 20 * 12;
      expected[i] = (byte) Math.round(((expected[i] & 0xff) * alpha + 255f * (255 - alpha)) / 255);
    }

    assertThat(decoder.decode(WebpFiles.losslessWithAlpha()).rgb()).isEqualTo(expected);
  }

  @Test
  void lossyIsClose() throws Exception {
    TestImages.assertClose(decoder.decode(WebpFiles.lossy()), shades(), 12);
  }

  @Test
  void lossyAlphaIsCompositedOnWhite() throws Exception {
    RgbImage expected = shades();
    for (int y = 0; y < 12; y++) {
      Arrays.fill(expected.rgb(), 60 * y, 60 * y + 30, (byte) 255);
    }

    TestImages.assertClose(decoder.decode(WebpFiles.lossyWithAlpha()), expected, 20);
  }

  @Test
  void ofAnAnimationTheFirstFrameIsShown() throws Exception {
    assertThat(decoder.decode(WebpFiles.animated()).rgb())
        .isEqualTo(TestImages.pattern(20, 12).rgb());
  }

  @Test
  void theExifOrientationIsApplied() throws Exception {
    byte[] exif = TestImages.exif(6, true);
    byte[] chunk = TestImages.latin1("EXIF" + (char) exif.length + "\0\0\0");
    byte[] file = WebpFiles.lossless();
    file = TestImages.insert(file, file.length, chunk);
    file = TestImages.insert(file, file.length, exif);
    int riffLength = file.length - 8;
    file[4] = (byte) riffLength;
    file[5] = (byte) (riffLength >> 8);

    assertThat(decoder.decode(file).width()).isEqualTo(12);
  }

  /** The file's alpha channel declares endless tables; without the limit, decoding took minutes. */
  @Test
  @Timeout(10)
  void aReaderThatContinuesPastTheEndIsStopped() {
    byte[] endless =
        Base64.getDecoder()
            .decode(
                "UklGRpYAAABXRUJQVlA4WAoAAAAQAAAAEwAACwAAQUxQSBQAAAABHzD/ERFCIEB2rv+qQEFE/4McAFZQ"
                    + "OCBcAAAAEAQAnQEqFAAMAD4xFIhCoiEhGAQAIAMEsoBdl0AAMLZsg4UukkyelAAA/v/QcYWW4/4XkPB/"
                    + "z0LUzeihL2cLfijfOsXGapn6kYYux/18AU9UdRa1cPCsJcHOAAA=");

    assertThatThrownBy(() -> new ImageDecoder(DecodeLimits.defaults()).decode(endless))
        .isInstanceOf(InvalidImageException.class);
  }

  @Test
  void damagedFilesAreRefused() {
    byte[] noImage = "RIFF\4\0\0\0WEBP".getBytes(StandardCharsets.ISO_8859_1);
    byte[] unsigned = WebpFiles.lossless();
    unsigned[20] = 0;
    byte[] noWidth = WebpFiles.lossy();
    noWidth[26] = 0;

    assertThatThrownBy(() -> decoder.decode(noImage)).hasMessageContaining("no pixels");
    assertThatThrownBy(() -> decoder.decode(unsigned)).hasMessageContaining("cannot be decoded");
    assertThatThrownBy(() -> decoder.decode(noWidth)).hasMessageContaining("0 x 12 pixels");
  }

  private static RgbImage shades() {
    byte[] rgb = new byte[3 * 20 * 12];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % 20 * 8 + i / 60 * 6 + i % 3 * 18);
    }
    return new RgbImage(20, 12, rgb);
  }
}
