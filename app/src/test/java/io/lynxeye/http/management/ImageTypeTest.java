package io.lynxeye.http.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Media types by the first bytes that the formats' specifications prescribe. */
class ImageTypeTest {

  @ParameterizedTest
  @CsvSource(
      value = {
        "\u00ff\u00d8\u00ff\u00e0..JFIF| image/jpeg",
        "GIF89a......| image/gif",
        "RIFF....WEBPVP8| image/webp",
        "BM..........| image/bmp",
        "II*\0........| image/tiff",
        "MM\0*........| image/tiff",
        "RIFF....WAVE| application/octet-stream",
        "<html><script>| application/octet-stream",
        "''| application/octet-stream",
      },
      delimiter = '|')
  void isKnownByTheFirstBytes(String file, String type) {
    assertThat(ImageType.of(file.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(type);
  }

  /** A signature with line ends, which the table above would lose. */
  @Test
  void pngIsKnownToo() {
    byte[] file = "\u0089PNG\r\n\u001a\n....".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(ImageType.of(file)).isEqualTo("image/png");
  }
}
