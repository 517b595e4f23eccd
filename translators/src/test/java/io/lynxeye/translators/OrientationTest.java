package io.lynxeye.translators;

import static io.lynxeye.translators.TestImages.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrientationTest {

  private static final int WIDTH = 40;
  private static final int HEIGHT = 24;

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  /**
   * For each orientation: the displayed pixel (x, y) is stored at (a, b), in terms of x, y, w, h.
   */
  @ParameterizedTest
  @CsvSource({
    "1, x, y",
    "2, w-x, y",
    "3, w-x, h-y",
    "4, x, h-y",
    "5, y, x",
    "6, y, h-x",
    "7, w-y, h-x",
    "8, w-y, x"
  })
  void everyOrientationIsTurnedUpright(int orientation, String storedX, String storedY)
      throws Exception {
    RgbImage stored = TestImages.gradient(WIDTH, HEIGHT);
    boolean transposed = orientation >= 5;
    int width = transposed ? HEIGHT : WIDTH;
    int height = transposed ? WIDTH : HEIGHT;
    byte[] expected = new byte[stored.rgb().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = value(storedY, x, y) * WIDTH + value(storedX, x, y);
        System.arraycopy(stored.rgb(), 3 * from, expected, 3 * (y * width + x), 3);
      }
    }
    byte[] jpeg = TestImages.jpeg(stored);

    for (boolean little : new boolean[] {true, false}) {
      byte[] tagged = insert(jpeg, 2, TestImages.exifSegment(orientation, little));
      TestImages.assertClose(decoder.decode(tagged), new RgbImage(width, height, expected), 10);
    }
    assertThat(ExifOrientation.upright(stored, orientation).rgb()).isEqualTo(expected);
  }

  private static int value(String term, int x, int y) {
    return switch (term) {
      case "x" -> x;
      case "y" -> y;
      case "w-x" -> WIDTH - 1 - x;
      case "w-y" -> WIDTH - 1 - y;
      case "h-x" -> HEIGHT - 1 - x;
      case "h-y" -> HEIGHT - 1 - y;
      default -> throw new IllegalArgumentException(term);
    };
  }

  @Test
  void pngHasItsOwnChunkForTheOrientation() throws Exception {
    byte[] exif = TestImages.exif(8, false);
    byte[] png = TestImages.png(TestImages.pattern(5, 3));
    byte[] chunk = insert(TestImages.latin1("\0\0\0" + (char) exif.length + "eXIf0000"), 8, exif);

    RgbImage image = decoder.decode(insert(png, 33, chunk));

    assertThat(image.width()).isEqualTo(3);
    assertThat(image.height()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"4, 127", "8, 0", "10, 0", "18, 0", "18, 9", "0, 88"})
  void brokenMetadataMeansUpright(int at, int value) throws Exception {
    byte[] segment = TestImages.exifSegment(6, true);
    segment[10 + at] = (byte) value;
    byte[] jpeg = insert(TestImages.jpeg(TestImages.gradient(WIDTH, HEIGHT)), 2, segment);

    assertThat(decoder.decode(jpeg).width()).isEqualTo(WIDTH);
  }

  @Test
  void entriesBeyondTheSegmentAreNotRead() throws Exception {
    byte[] segment = TestImages.exifSegment(6, true);
    segment[10 + 10] = 0;
    segment[10 + 8] = 100;
    byte[] jpeg = insert(TestImages.jpeg(TestImages.gradient(WIDTH, HEIGHT)), 2, segment);

    assertThat(decoder.decode(jpeg).width()).isEqualTo(WIDTH);
  }
}
