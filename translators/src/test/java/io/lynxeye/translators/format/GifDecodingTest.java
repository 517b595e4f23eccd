package io.lynxeye.translators.format;

import static io.lynxeye.translators.TestImages.insert;
import static io.lynxeye.translators.TestImages.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.TestImages;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.InvalidImageException.Reason;
import io.lynxeye.translators.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageWriteParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GifDecodingTest {

  /** Four colours, two pixels of colours 1 and 2 at (1, 1) of a 3 x 2 canvas; 2 is transparent. */
  private static final String HEAD =
      "GIF89a\3\0\2\0\u0081\0\0\0\0\0\12\24\36\50\62\74\1\1\1!\u00f9\4\1\0\0\2\0";

  private static final String FRAME = ",\1\0\1\0\2\0\1\0\0";

  /** Codes of 3 bits: clear (4), 1, 2, end (5). */
  private static final String PIXELS = "\2\2\u008c\12\0";

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @ParameterizedTest
  @ValueSource(ints = {ImageWriteParam.MODE_DISABLED, ImageWriteParam.MODE_DEFAULT})
  void noiseThatFillsTheCodeTableIsExact(int interlacing) throws Exception {
    byte[] levels = new byte[256];
    for (int i = 0; i < 256; i++) {
      levels[i] = (byte) (i * 7);
    }
    IndexColorModel colors = new IndexColorModel(8, 256, levels, new byte[256], levels);
    BufferedImage image = new BufferedImage(150, 91, BufferedImage.TYPE_BYTE_INDEXED, colors);
    byte[] expected = new byte[3 * 150 * 91];
    Random random = new Random(1);
    for (int i = 0; i < 150 * 91; i++) {
      int index = random.nextInt(i < 5000 ? 256 : 3);
      image.getRaster().setSample(i % 150, i / 150, 0, index);
      expected[3 * i] = levels[index];
      expected[3 * i + 2] = levels[index];
    }

    byte[] gif = TestImages.encode("gif", image, param -> param.setProgressiveMode(interlacing));

    assertThat(GifImage.parse(gif).interlaced())
        .isEqualTo(interlacing == ImageWriteParam.MODE_DEFAULT);
    assertThat(decoder.decode(gif).rgb()).isEqualTo(expected);
  }

  @Test
  void firstFrameIsDrawnOnAWhiteCanvas() throws Exception {
    RgbImage image = decoder.decode(latin1(HEAD + FRAME + PIXELS + ";"));

    byte[] expected = new byte[18];
    Arrays.fill(expected, (byte) 255);
    expected[12] = 10;
    expected[13] = 20;
    expected[14] = 30;
    assertThat(image.width()).isEqualTo(3);
    assertThat(image.rgb()).isEqualTo(expected);
  }

  @Test
  void ofAnAnimationTheFirstFrameIsShown() throws Exception {
    byte[] still = latin1(HEAD + FRAME + PIXELS + ";");
    byte[] animated = latin1(HEAD + FRAME + PIXELS + "!\u00fe\2hi\0" + FRAME + PIXELS + ";");

    assertThat(decoder.decode(animated).rgb()).isEqualTo(decoder.decode(still).rgb());
  }

  @Test
  void aFrameCanHaveItsOwnColours() throws Exception {
    String frame = ",\1\0\1\0\2\0\1\0\u0080\1\2\3\4\5\6";

    byte[] rgb = decoder.decode(latin1(HEAD + frame + "\2\2L\12\0;")).rgb();

    assertThat(Arrays.copyOfRange(rgb, 12, 18)).containsExactly(4, 5, 6, 4, 5, 6);
  }

  @Test
  void theCanvasGrowsWithAFrameThatExceedsIt() throws Exception {
    RgbImage image = decoder.decode(latin1(HEAD + ",\5\0\1\0\2\0\1\0\0" + PIXELS + ";"));

    assertThat(image.width()).isEqualTo(7);
  }

  @Test
  void damagedFilesAreRefused() {
    assertRefused(HEAD + "x", "no image");
    assertRefused(HEAD + ",\0\0\0\0\0\0\1\0\0" + PIXELS + ";", "no pixels");
    assertRefused(HEAD + FRAME + "\14\1\0\0;", "code size");
    assertRefused(HEAD + FRAME + "\2\1\14\0;", "fewer pixels");
    assertRefused(HEAD + FRAME + "\2\1\u00f7\0;", "pixels are invalid");
  }

  /** giflib, browsers and Pillow show the first frame, whatever follows it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "\0\0;", "?", "!\u00fe\5cut", ",\1\0\1\0\2\0", FRAME + "\2\2\u008c", "\0"})
  void whatFollowsTheFirstFrameDoesNotMatter(String rest) throws Exception {
    byte[] whole = latin1(HEAD + FRAME + PIXELS + ";");
    // Without the end code as well: all pixels come before it.
    byte[] cut = latin1(HEAD + FRAME + PIXELS + rest);

    assertThat(decoder.decode(cut).rgb()).isEqualTo(decoder.decode(whole).rgb());
  }

  @Test
  void zerosBetweenBlocksAreSkipped() throws Exception {
    byte[] whole = latin1(HEAD + FRAME + PIXELS + ";");
    byte[] zeros = latin1(HEAD + "\0\0!\u00fe\2hi\0\0" + FRAME + PIXELS + ";");

    assertThat(decoder.decode(zeros).rgb()).isEqualTo(decoder.decode(whole).rgb());
  }

  /** The GIF standard leaves the colours to the program; Pillow takes indexes as gray levels. */
  @Test
  void withoutAnyPaletteIndexesAreGrayLevels() throws Exception {
    byte[] gif = latin1("GIF87a\2\0\1\0\1\0\0,\0\0\0\0\2\0\1\0\0" + PIXELS + ";");

    assertThat(decoder.decode(gif).rgb()).containsExactly(1, 1, 1, 2, 2, 2);
  }

  @Test
  void aMissingPixelIsAnError() {
    String oneByte = "\2\1\u008c"; // Clear, colour 1, and half of the next code.
    assertThatThrownBy(() -> decoder.decode(latin1(HEAD + FRAME + oneByte)))
        .hasMessageContaining("cut off");
    byte[] blocks = insert(latin1(HEAD), HEAD.length(), latin1("!\u00fe\u00ff"));
    assertThatThrownBy(() -> decoder.decode(blocks)).hasMessageContaining("cut off");
  }

  private void assertRefused(String file, String message) {
    assertThatThrownBy(() -> decoder.decode(latin1(file)))
        .isInstanceOfSatisfying(
            InvalidImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining(message);
  }
}
