package io.lynxeye.bench.setup;

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

class TestImageTest {

  @TempDir private Path folder;

  @Test
  void everySizeIsScaledFromTheGivenImage() throws IOException {
    Path original = folder.resolve("original.png");
    ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", original.toFile());

    for (TestImage image : TestImage.of(original)) {
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(image.jpeg()));
      assertThat(read.getWidth()).isEqualTo(image.width());
      assertThat(read.getHeight()).isEqualTo(image.height());
      assertThat(image.jpeg()).startsWith(0xff, 0xd8);
    }
    assertThat(TestImage.of(original))
        .extracting(TestImage::size)
        .containsExactly("220x165", "400x600", "1280x960", "4000x3000");
  }

  @Test
  void aFileThatIsNotAnImageIsRejected() throws IOException {
    Path text = Files.writeString(folder.resolve("text.jpg"), "not an image");

    assertThatThrownBy(() -> TestImage.of(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be read as an image");
  }
}
