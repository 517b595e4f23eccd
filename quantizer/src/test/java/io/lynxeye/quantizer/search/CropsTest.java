package io.lynxeye.quantizer.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class CropsTest {

  private static byte[] png(int width, int height, int leftColor, int rightColor) throws Exception {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, x < width / 2 ? leftColor : rightColor);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(image, "png", file);
    return file.toByteArray();
  }

  @Test
  void cropsAreMirroredPartsOfTheImage() throws Exception {
    Crops crops = Crops.of(png(200, 100, 0xff0000, 0x0000ff), Crops.MOST);
    BufferedImage middle = ImageIO.read(new ByteArrayInputStream(crops.get(0, "bmp")));
    BufferedImage leftTop = ImageIO.read(new ByteArrayInputStream(crops.get(1, "bmp")));

    assertThat(crops.count()).isEqualTo(Crops.MOST);
    assertThat(middle.getWidth()).isEqualTo(140); // 0.7 of 200, mirrored: blue comes first.
    assertThat(middle.getRGB(5, 50) & 0xffffff).isEqualTo(0x0000ff);
    assertThat(middle.getRGB(135, 50) & 0xffffff).isEqualTo(0xff0000);
    assertThat(leftTop.getRGB(5, 50) & 0xffffff).isEqualTo(0xff0000);
  }

  @Test
  void whatCannotBeReadOrIsTinyHasNoCrops() throws Exception {
    assertThat(Crops.of(new byte[] {1, 2, 3}, 2).count()).isZero();
    assertThat(Crops.of(png(60, 60, 0, 0), 2).count()).isZero();
  }
}
