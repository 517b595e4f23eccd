package io.lynxeye.translators.format.tiff;

import static io.lynxeye.translators.TestImages.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.format.tiff.TiffImage.Color;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small files that ask for much memory or time are refused by their directory alone. */
@Timeout(20)
class HostileTiffTest {

  private final ImageDecoder decoder = new ImageDecoder(new DecodeLimits(50_000_000, 64 << 20));

  private static TiffFile gray(byte[]... segments) {
    return new TiffFile(ByteOrder.LITTLE_ENDIAN, segments).image(2, 1, Color.BLACK_IS_ZERO, 8);
  }

  private static TiffFile gray() {
    return gray(latin1("\1\2"));
  }

  private void assertRefused(TiffFile file, Reason reason, String message) {
    assertThatThrownBy(() -> decoder.decode(file.bytes()))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  @Test
  void tooManyPixels() {
    assertRefused(
        gray()
            .set(TiffTag.WIDTH, 60_000)
            .set(TiffTag.HEIGHT, 60_000)
            .set(TiffTag.ROWS_PER_STRIP, -1),
        Reason.CORRUPT,
        "fewer pixels");
    TiffFile wide = gray(new byte[1]).set(TiffTag.COMPRESSION, 8).set(TiffTag.WIDTH, 60_000);
    assertRefused(
        wide.set(TiffTag.HEIGHT, 2000).set(TiffTag.ROWS_PER_STRIP, 2000),
        Reason.TOO_MANY_PIXELS,
        "60000 x 2000");
  }

  /** Wider and higher than any limit: the size is refused, not the file called damaged. */
  @Test
  void longSides() {
    TiffFile packed = gray(new byte[1]).set(TiffTag.COMPRESSION, 8);
    assertRefused(packed.set(TiffTag.WIDTH, 70_000), Reason.TOO_MANY_PIXELS, "no side may exceed");
    assertRefused(
        packed
            .set(TiffTag.WIDTH, 1)
            .set(TiffTag.HEIGHT, 70_000)
            .set(TiffTag.ROWS_PER_STRIP, 70_000),
        Reason.TOO_MANY_PIXELS,
        "no side may exceed");
    assertRefused(packed.set(TiffTag.HEIGHT, -1), Reason.CORRUPT, "1 x 4294967295 pixels");
  }

  /** 40 megapixels of CMYK: 120 MB of pixels, and a raster of 160 MB. */
  @Test
  void tooMuchMemory() {
    TiffFile large =
        new TiffFile(ByteOrder.LITTLE_ENDIAN, new byte[100])
            .image(8000, 5000, Color.CMYK, 8, 8, 8, 8)
            .set(TiffTag.COMPRESSION, 5);

    assertRefused(large, Reason.TOO_MUCH_MEMORY, "megapixels of this kind");
  }

  @Test
  void hugeTilesAroundASmallImage() {
    assertRefused(gray().tiles(60_000, 60_000), Reason.CORRUPT, "impossible size");
    assertRefused(gray().tiles(-1, -1), Reason.CORRUPT, "impossible size");
    assertRefused(gray().tiles(0, 16), Reason.CORRUPT, "impossible size");
  }

  @Test
  void millionsOfTiles() {
    assertRefused(
        gray().set(TiffTag.WIDTH, 5000).set(TiffTag.HEIGHT, 5000).tiles(1, 1),
        Reason.UNSUPPORTED_FORMAT,
        "25000000 strips or tiles");
  }

  /** Each strip would be unpacked again: the work would grow with the square of the file. */
  @Test
  void stripsThatAreTheSameBytes() {
    byte[] segment = new byte[1000];
    TiffFile file =
        gray(segment)
            .set(TiffTag.HEIGHT, 100)
            .set(TiffTag.ROWS_PER_STRIP, 1)
            .set(TiffTag.COMPRESSION, 8)
            .set(TiffTag.STRIP_OFFSETS, filled(100, 8))
            .set(TiffTag.STRIP_BYTE_COUNTS, filled(100, 1000));

    assertRefused(file, Reason.CORRUPT, "overlap");
  }

  private static int[] filled(int count, int value) {
    int[] values = new int[count];
    Arrays.fill(values, value);
    return values;
  }

  /** A tag's count is not believed: nothing is allocated for it. */
  @ParameterizedTest
  @EnumSource(
      value = TiffTag.class,
      names = {"BITS_PER_SAMPLE", "STRIP_OFFSETS", "EXTRA_SAMPLES", "JPEG_TABLES", "FILL_ORDER"})
  void hugeCounts(TiffTag tag) {
    byte[] file = gray().set(tag, 8).bytes();
    int entry = file[4] + 2;
    while (((file[entry] & 0xff) | ((file[entry + 1] & 0xff) << 8)) != tag.code) {
      entry += 12;
    }
    Arrays.fill(file, entry + 4, entry + 8, (byte) -1);

    assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(InvalidImageException.class);
  }

  /** 100 MB of zeros in 100 KB, for two pixels: only what the pixels need is unpacked. */
  @Test
  void aStripThatUnpacksToMore() throws Exception {
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[100 << 20]);
    deflater.finish();
    byte[] packed = new byte[200_000];
    int length = deflater.deflate(packed);
    deflater.end();
    TiffFile file = gray(Arrays.copyOf(packed, Math.min(length, 50_000)));

    assertThat(decoder.decode(file.set(TiffTag.COMPRESSION, 8).bytes()).rgb())
        .containsExactly(0, 0, 0, 0, 0, 0);
  }

  /** The JPEG in the strip has its own header, which the reader would follow. */
  @Test
  void aJpegThatIsLargerThanItsStrip() {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(500, 500));
    TiffFile file =
        new TiffFile(ByteOrder.LITTLE_ENDIAN, jpeg)
            .image(16, 16, Color.YCBCR, 8, 8, 8)
            .set(TiffTag.COMPRESSION, 7);

    assertRefused(file, Reason.CORRUPT, "wrong size");
  }

  /** What the JPEG lacks would stay black. */
  @Test
  void aJpegThatIsSmallerThanItsStrip() {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(16, 8));
    TiffFile file = new TiffFile(ByteOrder.LITTLE_ENDIAN, jpeg);

    assertRefused(
        file.image(16, 9, Color.YCBCR, 8, 8, 8).set(TiffTag.COMPRESSION, 7),
        Reason.CORRUPT,
        "wrong size");
    assertRefused(
        file.image(17, 8, Color.YCBCR, 8, 8, 8).set(TiffTag.COMPRESSION, 7),
        Reason.CORRUPT,
        "wrong size");
  }

  /** Its samples would be taken for pixels. */
  @Test
  void aJpegOfOtherColours() {
    byte[] jpeg = TestImages.jpeg(TestImages.gradient(16, 16));
    TiffFile file =
        new TiffFile(ByteOrder.LITTLE_ENDIAN, jpeg)
            .image(16, 16, Color.BLACK_IS_ZERO, 8)
            .set(TiffTag.COMPRESSION, 7);

    assertRefused(file, Reason.CORRUPT, "wrong number of colours");
  }

  /** A progressive JPEG needs all its coefficients at once: 2 bytes for each sample. */
  @Test
  void theMemoryOfAJpegInAStripCounts() throws Exception {
    RgbImage image = TestImages.gradient(160, 160);
    long baseline = workingBytes(TestImages.jpeg(image));
    long progressive = workingBytes(TestImages.progressiveJpeg(image));

    assertThat(progressive - baseline).isGreaterThan(3 * 2 * 160 * 160 - 10_000);
  }

  private static long workingBytes(byte[] jpeg) throws InvalidImageException {
    TiffFile file =
        new TiffFile(ByteOrder.LITTLE_ENDIAN, jpeg)
            .image(160, 160, Color.YCBCR, 8, 8, 8)
            .set(TiffTag.COMPRESSION, 7);
    return TiffImage.parse(file.bytes()).workingBytes();
  }

  /** The reader warns of every code that it does not know: here, of millions. */
  @Test
  void aFaxOfZeros() {
    TiffFile file =
        new TiffFile(ByteOrder.LITTLE_ENDIAN, new byte[8 << 20])
            .image(1000, 4000, Color.BLACK_IS_ZERO, 1)
            .set(TiffTag.COMPRESSION, 4);

    assertRefused(file, Reason.CORRUPT, "part of its pixels");
  }

  @Test
  void aDirectoryAnywhere() {
    byte[] file = gray().bytes();
    for (int position : new int[] {0, 1, file.length - 1, file.length, -1, Integer.MIN_VALUE}) {
      byte[] moved = file.clone();
      for (int i = 0; i < 4; i++) {
        moved[4 + i] = (byte) (position >> (8 * i));
      }
      assertThatThrownBy(() -> decoder.decode(moved)).isInstanceOf(InvalidImageException.class);
    }
  }
}
