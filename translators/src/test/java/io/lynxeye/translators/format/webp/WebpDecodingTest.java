package io.lynxeye.translators.format.webp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.io.File;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** As the container's specification says; what no frame covers is transparent. */
  @Test
  void aFrameIsShownWhereItIsOnTheCanvas() throws Exception {
    RgbImage frame = TestImages.pattern(16, 16);

    RgbImage shown = decoder.decode(animation(30, 20, frame));

    assertThat(shown.width()).isEqualTo(64);
    assertThat(shown.height()).isEqualTo(48);
    byte[] expected = new byte[3 * 64 * 48];
    Arrays.fill(expected, (byte) 255);
    for (int y = 0; y < 16; y++) {
      System.arraycopy(frame.rgb(), 3 * 16 * y, expected, 3 * (64 * (20 + y) + 30), 3 * 16);
    }
    assertThat(shown.rgb()).isEqualTo(expected);
  }

  @Test
  void aFrameThatLeavesTheCanvasIsRefused() {
    RgbImage frame = TestImages.pattern(16, 16);

    assertThatThrownBy(() -> decoder.decode(animation(50, 20, frame)))
        .hasMessageContaining("16 x 16 pixels is not within its canvas of 64 x 48");
    assertThatThrownBy(() -> decoder.decode(animation(30, 34, frame)))
        .hasMessageContaining("16 x 16 pixels is not within its canvas of 64 x 48");
    assertThatThrownBy(() -> decoder.decode(WebpWriter.file(WebpWriter.frame(0, 0, frame))))
        .hasMessageContaining("without a canvas");
  }

  /** A frame that is there is shown; that a later one is missing does not change it. */
  @Test
  void anAnimationMayBeCutOffAfterItsFirstFrame() throws Exception {
    RgbImage frame = TestImages.pattern(16, 16);
    byte[] file = animation(30, 20, frame);
    byte[] later = WebpWriter.frame(0, 0, TestImages.pattern(40, 40));
    byte[] whole = TestImages.insert(file, file.length, later);
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(4, whole.length - 8);
    byte[] expected = decoder.decode(file).rgb();

    for (int length = file.length; length <= whole.length; length += 97) {
      assertThat(decoder.decode(Arrays.copyOf(whole, length)).rgb()).isEqualTo(expected);
    }
    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(whole, file.length - 1)))
        .hasMessageContaining("cut off");
  }

  /** Without it, an image might be shown lying on its side. */
  @ParameterizedTest
  @ValueSource(strings = {"EXIF", "XMP "})
  void anImageThatMayLackItsOrientationIsRefused(String chunk) throws Exception {
    byte[] pixels = WebpWriter.lossless(TestImages.pattern(20, 12));
    boolean exif = chunk.equals("EXIF");
    byte[] turned =
        WebpWriter.chunk(
            chunk, exif ? TestImages.exif(6, true) : TestImages.latin1("tiff:Orientation=\"6\""));
    byte[] file = WebpWriter.file(WebpWriter.canvas(exif ? 8 : 4, 20, 12), pixels, turned);

    assertThat(decoder.decode(file).width()).isEqualTo(12);
    for (int missing = 1; missing <= turned.length; missing++) {
      byte[] cut = Arrays.copyOf(file, file.length - missing);
      assertThatThrownBy(() -> decoder.decode(cut)).hasMessageContaining("cut off");
    }
  }

  /** 24 bits for each pixel in 12 bytes of header: without bounds on how much data may grow. */
  @Test
  void aFlatImageIsDecodedHoweverSmallItsFile() throws Exception {
    byte[] file = WebpWriter.file(WebpWriter.uniform(256, 256, 30, 90, 200));
    byte[] expected = new byte[3 * 256 * 256];
    for (int i = 0; i < expected.length; i += 3) {
      expected[i] = 30;
      expected[i + 1] = 90;
      expected[i + 2] = (byte) 200;
    }

    assertThat(file).hasSizeLessThan(50);
    assertThat(decoder.decode(file).rgb()).isEqualTo(expected);
  }

  /** What a file of 97 KB declares fits into the default heap of the server, 512 MB. */
  @Test
  void noiseIsDecodedAtTheDefaultHeap() throws Exception {
    byte[] noise = new byte[3 * 180 * 180];
    new Random(16).nextBytes(noise);
    byte[] file = WebpWriter.file(WebpWriter.lossless(new RgbImage(180, 180, noise)));
    ImageDecoder small = new ImageDecoder(new DecodeLimits(50_000_000, (512L << 20) / 5 * 2));

    assertThat(file).hasSizeGreaterThan(97_000);
    assertThat(small.decode(file).rgb()).isEqualTo(noise);
  }

  /** Gray noise of the strongest filter; its values are what libwebp 1.6 (in Pillow 12) makes. */
  @Test
  void lossyImagesAreFiltered() throws Exception {
    byte[] file =
        Base64.getDecoder()
            .decode(
                "UklGRroAAABXRUJQVlA4IK4AAAAwBACdASogACAADwCsJaTuAAlFLsDsT/yatWqwO3FPGUuXapb6AecR"
                    + "3MAA/rT8VfyKe7wUzhY5iWpS4GMOFImy30xf76w1pJiWaAeZnTpV2bP5krZ8BoJwdTtzUWnVL4ud"
                    + "RcOwqYk26UPoHzpAOvpHIhOpN+OKUE34Sft/uqnAtDxZsYQaIssmeMER+3Cv06GGwGH2tSMVC1sA"
                    + "zX5XcPUMgbFAw/oVqDoZmk3agAA=");
    int[] row15 = {
      99, 120, 120, 149, 155, 141, 179, 125, 143, 137, 115, 87, 62, 77, 52, 76, 66, 83, 129, 118,
      150, 142, 148, 144, 147, 143, 118, 123, 125, 121, 82, 28
    };

    byte[] rgb = decoder.decode(file).rgb();

    for (int x = 0; x < row15.length; x++) {
      assertThat(rgb[3 * (32 * 15 + x)] & 0xff).as("column %d", x).isEqualTo(row15[x]);
    }
  }

  /** Method 0 of the specification: one byte for each pixel after the header. */
  @Test
  void uncompressedAlphaIsCompositedOnWhite() throws Exception {
    byte[] lossy = WebpFiles.lossy();
    byte[] alpha = new byte[1 + 20 * 12];
    for (int i = 1; i < alpha.length; i++) {
      alpha[i] = (byte) i;
    }
    byte[] chunk = WebpWriter.chunk("ALPH", alpha);
    byte[] pixels = Arrays.copyOfRange(lossy, 12, lossy.length);
    byte[] expected = decoder.decode(lossy).rgb();
    for (int i = 0; i < expected.length; i++) {
      int opacity = alpha[1 + i / 3] & 0xff;
      expected[i] =
          (byte) Math.round(((expected[i] & 0xff) * opacity + 255f * (255 - opacity)) / 255);
    }

    byte[] flagged = WebpWriter.file(WebpWriter.canvas(16, 20, 12), chunk, pixels);
    byte[] unflagged = WebpWriter.file(WebpWriter.canvas(0, 20, 12), chunk, pixels);

    assertThat(decoder.decode(flagged).rgb()).isEqualTo(expected);
    assertThat(decoder.decode(unflagged).rgb()).isEqualTo(decoder.decode(lossy).rgb());
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

  /** The file's alpha channel declares endless tables, for which a decoder could take minutes. */
  @Test
  @Timeout(10)
  void endlessTablesAreRefused() {
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
  void withoutTheLibraryImagesAreRefusedWithTheReason() throws Exception {
    WebpImage image = WebpImage.parse(WebpFiles.lossy());

    assertThatThrownBy(() -> WebpPixels.decode(image, Optional.empty()))
        .isInstanceOfSatisfying(
            InvalidImageException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_FORMAT))
        .hasMessageContaining("libwebp")
        .hasMessageContaining("Send a JPEG or PNG");
  }

  /** Versions before 1.3.2 write outside of their memory (CVE-2023-4863). */
  @Test
  void theLibraryIsLoadedAndItsFileDeleted() {
    LibWebp library = LibWebp.get().orElseThrow();

    assertThat(Version.parse(library.version())).isGreaterThanOrEqualTo(Version.parse("1.3.2"));
    assertThat(new File(System.getProperty("jna.tmpdir")).list())
        .noneMatch(name -> name.endsWith(".tmp"));
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

  private static byte[] animation(int x, int y, RgbImage frame) {
    return WebpWriter.file(
        WebpWriter.canvas(2, 64, 48), WebpWriter.animation(), WebpWriter.frame(x, y, frame));
  }

  private static RgbImage shades() {
    byte[] rgb = new byte[3 * 20 * 12];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3 % 20 * 8 + i / 60 * 6 + i % 3 * 18);
    }
    return new RgbImage(20, 12, rgb);
  }
}
