package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.format.webp.WebpFiles;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DamagedFilesTest {

  private static final int MUTANTS_PER_FILE = 300;

  private final ImageDecoder decoder = new ImageDecoder(new DecodeLimits(20_000, 1 << 26));

  private static Stream<Arguments> files() {
    RgbImage source = TestImages.gradient(61, 47);
    BufferedImage indexed = TestImages.buffered(source, BufferedImage.TYPE_BYTE_INDEXED);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("JPEG", TestImages.jpeg(source));
    files.put("progressive JPEG", TestImages.progressiveJpeg(source));
    files.put("PNG", TestImages.png(source));
    files.put("palette PNG", TestImages.encode("png", indexed, param -> {}));
    files.put("GIF", TestImages.encode("gif", indexed, param -> {}));
    files.put("BMP", TestImages.encode("bmp", source));
    files.put("TIFF", TestImages.tiff(source, "None"));
    files.put("LZW TIFF", TestImages.tiff(source, "LZW"));
    files.put("deflate TIFF", TestImages.tiff(source, "Deflate"));
    files.put("PackBits TIFF", TestImages.tiff(source, "PackBits"));
    files.put("JPEG TIFF", TestImages.tiff(source, "JPEG"));
    files.put("lossless WebP", WebpFiles.lossless());
    files.put("lossy WebP with alpha", WebpFiles.lossyWithAlpha());
    return files.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aFileWithoutSomeOfItsPixelsIsRefused(String name, byte[] file) throws Exception {
    decoder.decode(file);
    for (int percent : new int[] {1, 10, 50, 90}) {
      byte[] cut = Arrays.copyOf(file, Math.max(12, file.length * percent / 100));
      assertThatThrownBy(() -> decoder.decode(cut))
          .as("%s cut to %d %%", name, percent)
          .isInstanceOfSatisfying(
              InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    }
  }

  /** Wherever a file ends: it has all of its pixels, or it is refused. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aFileCutOffAnywhereIsDecodedAsAWholeOrRefused(String name, byte[] file) throws Exception {
    byte[] whole = decoder.decode(file).rgb();
    int refused = 0;
    for (int missing = 1; missing < file.length; missing += missing < 64 ? 1 : 37) {
      try {
        byte[] rgb = decoder.decode(Arrays.copyOf(file, file.length - missing)).rgb();
        assertThat(Arrays.equals(rgb, whole)).as("%s without %d bytes", name, missing).isTrue();
      } catch (InvalidImageException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  @Timeout(60)
  void aDamagedFileIsDecodedOrRefused(String name, byte[] file) {
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTANTS_PER_FILE; i++) {
      byte[] mutant = mutate(file, random);
      try {
        decoder.decode(mutant);
      } catch (InvalidImageException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("Exception").doesNotContain("io.").endsWith(".");
      }
    }
    assertThat(refused).isPositive();
  }

  private static byte[] mutate(byte[] file, Random random) {
    byte[] mutant = file.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      // Half of the changes are in the header, where they have the most effect.
      int range = random.nextBoolean() ? Math.min(64, mutant.length) : mutant.length;
      int at = random.nextInt(range);
      mutant[at] = random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (mutant[at] ^ 0x80);
    }
    return mutant;
  }

  @Test
  void noChangedByteOfAHeaderBreaksTheDecoder() {
    byte[] gif =
        TestImages.latin1("GIF89a\1\0\1\0\u0080\0\0\0\0\0\1\1\1,\0\0\0\0\1\0\1\0\0\2\1L\0;");
    int decoded = 0;
    for (int at = 6; at < gif.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] mutant = gif.clone();
        mutant[at] = (byte) value;
        try {
          decoder.decode(mutant);
          decoded++;
        } catch (InvalidImageException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
    }
    assertThat(decoded).isPositive();
  }
}
