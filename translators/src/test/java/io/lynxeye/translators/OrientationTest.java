package io.lynxeye.translators;

import static io.lynxeye.translators.TestImages.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** EXIF 2.32 says SHORT; some programs write LONG, and Pillow reads both, but no BYTE. */
  @ParameterizedTest
  @CsvSource({
    "1, true, 40",
    "1, false, 40",
    "3, true, 24",
    "3, false, 24",
    "4, true, 24",
    "4, false, 24"
  })
  void theTagIsAShortOrALong(int type, boolean little, int width) throws Exception {
    byte[] segment = TestImages.app1("Exif\0\0", TestImages.exif(6, little, type));

    RgbImage image = decoder.decode(insert(jpeg(), 2, segment));

    assertThat(image.width()).isEqualTo(width);
  }

  /** The chunk holds the block alone; some programs put JPEG's prefix before it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Exif\0\0"})
  void pngHasItsOwnChunkForExif(String prefix) throws Exception {
    byte[] exif = insert(TestImages.latin1(prefix), prefix.length(), TestImages.exif(8, false));

    assertTurned(TestImages.withChunk(png(), "eXIf", exif));
  }

  /** As ImageMagick wrote it: name, length, and the block in hexadecimal. */
  @ParameterizedTest
  @ValueSource(strings = {"exif", "APP1"})
  void pngMayHaveExifAsText(String name) throws Exception {
    byte[] exif = insert(TestImages.latin1("Exif\0\0"), 6, TestImages.exif(6, true));
    String hex = HexFormat.of().formatHex(exif);
    String keyword = "Raw profile type " + name + "\0";
    byte[] text =
        TestImages.latin1(
            "\n" + name + "\n      32\n" + hex.substring(0, 40) + "\n" + hex.substring(40) + "\n");

    assertTurned(TestImages.withChunk(png(), "tEXt", TestImages.latin1(keyword + latin1(text))));
    assertTurned(
        TestImages.withChunk(
            png(), "zTXt", TestImages.latin1(keyword + "\0" + latin1(compressed(text)))));
  }

  /** An odd number of digits; text that its keyword fills, up to the end of the file. */
  @ParameterizedTest
  @ValueSource(strings = {"\n\n\n4d4d0", "\n\n\n0", ""})
  void brokenExifAsTextMeansUpright(String text) throws Exception {
    String keyword = "Raw profile type exif\0";
    byte[] packed = TestImages.latin1(keyword + "\0" + latin1(compressed(TestImages.latin1(text))));

    assertUpright(TestImages.withChunk(png(), "tEXt", TestImages.latin1(keyword + text)));
    assertUpright(TestImages.withChunk(png(), "zTXt", packed));
    assertUpright(TestImages.withChunk(png(), "zTXt", TestImages.latin1(keyword)));
    assertUpright(withoutEnd(png(), "\0\0\0\22zTXt" + keyword));
    assertUpright(withoutEnd(png(), "\0\0\0\16iTXtXML:com.adobe.xmp\0"));
  }

  /** Each takes 100 microseconds to unpack: without a limit, half a minute of work per request. */
  @Test
  @Timeout(10)
  void thousandsOfPackedTextsCostNothing() throws Exception {
    byte[] text = new byte[1 << 16];
    Arrays.fill(text, (byte) '\n');
    String content = "Raw profile type exif\0\0" + latin1(compressed(text));
    byte[] one = TestImages.withChunk(png(), "zTXt", TestImages.latin1(content));
    int length = one.length - png().length;
    byte[] chunk = Arrays.copyOfRange(one, 33, 33 + length);
    byte[] chunks = new byte[150_000 * length];
    for (int at = 0; at < chunks.length; at += length) {
      System.arraycopy(chunk, 0, chunks, at, length);
    }

    assertUpright(insert(png(), 33, chunks));
  }

  /** Pillow's rule; browsers do not turn such an image. */
  @ParameterizedTest
  @ValueSource(strings = {"<r tiff:Orientation=\"6\"/>", "<tiff:Orientation>6</tiff:Orientation>"})
  void withoutExifTheOrientationOfXmpCounts(String xmp) throws Exception {
    byte[] packet = TestImages.latin1(xmp);
    byte[] segment = TestImages.app1("http://ns.adobe.com/xap/1.0/\0", packet);
    String keyword = "XML:com.adobe.xmp\0";

    assertThat(decoder.decode(insert(jpeg(), 2, segment)).width()).isEqualTo(HEIGHT);
    assertTurned(
        TestImages.withChunk(png(), "iTXt", TestImages.latin1(keyword + "\0\0\0\0" + xmp)));
    assertTurned(
        TestImages.withChunk(
            png(), "iTXt", TestImages.latin1(keyword + "\1\0en\0\0" + latin1(compressed(packet)))));
  }

  @Test
  void exifOverridesXmp() throws Exception {
    byte[] xmp =
        TestImages.app1(
            "http://ns.adobe.com/xap/1.0/\0", TestImages.latin1(" tiff:Orientation=\"6\" "));
    byte[] jpeg = insert(insert(jpeg(), 2, TestImages.exifSegment(1, true)), 2, xmp);

    assertThat(decoder.decode(jpeg).width()).isEqualTo(WIDTH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiff:Orientation", "tiff:Orientation=\"", "tiff:Orientation=\"9\""})
  void brokenXmpMeansUpright(String xmp) throws Exception {
    byte[] segment = TestImages.app1("http://ns.adobe.com/xap/1.0/\0", TestImages.latin1(xmp));

    assertThat(decoder.decode(insert(jpeg(), 2, segment)).width()).isEqualTo(WIDTH);
  }

  private static byte[] jpeg() {
    return TestImages.jpeg(TestImages.gradient(WIDTH, HEIGHT));
  }

  private static byte[] png() {
    return TestImages.png(TestImages.pattern(5, 3));
  }

  private void assertTurned(byte[] png) throws Exception {
    RgbImage image = decoder.decode(png);

    assertThat(image.width()).isEqualTo(3);
    assertThat(image.height()).isEqualTo(5);
  }

  private void assertUpright(byte[] png) throws Exception {
    assertThat(decoder.decode(png).width()).isEqualTo(5);
  }

  /** The end is not needed, and the checksum of text is not checked. */
  private static byte[] withoutEnd(byte[] png, String chunk) {
    return insert(Arrays.copyOf(png, png.length - 12), png.length - 12, TestImages.latin1(chunk));
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] compressed(byte[] text) {
    Deflater deflater = new Deflater();
    deflater.setInput(text);
    deflater.finish();
    byte[] buffer = new byte[1000];
    int length = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, length);
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
