package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {

  @TempDir private Path folder;

  @Test
  void everySizeIsMadeOfTheOneGiven() throws IOException {
    Path original = folder.resolve("original.png");
    ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", original.toFile());

    for (Picture picture : Picture.of(original)) {
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(picture.jpeg()));
      assertThat(read.getWidth()).isEqualTo(picture.width());
      assertThat(read.getHeight()).isEqualTo(picture.height());
      assertThat(picture.jpeg()).startsWith(0xff, 0xd8);
    }
    assertThat(Picture.of(original))
        .extracting(Picture::size)
        .containsExactly("220x165", "400x600", "1280x960", "4000x3000");
  }

  @Test
  void whatIsNoPictureIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.jpg"), "no picture");

    assertThatThrownBy(() -> Picture.of(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no picture");
  }
}
