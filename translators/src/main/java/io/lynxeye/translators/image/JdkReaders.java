package io.lynxeye.translators.image;

import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The image readers of the JDK itself, whatever other readers are registered. */
public final class JdkReaders {

  private JdkReaders() {}

  /**
   * Finds a reader.
   *
   * @param format its name in ImageIO, such as "jpeg"
   * @throws IllegalStateException when this Java runtime has none
   */
  public static ImageReaderSpi of(String format) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi spi = all.next();
      if (spi.getClass().getModule() == ImageReader.class.getModule()
          && List.of(spi.getFormatNames()).contains(format)) {
        return spi;
      }
    }
    throw new IllegalStateException("This Java runtime has no reader for " + format);
  }
}
