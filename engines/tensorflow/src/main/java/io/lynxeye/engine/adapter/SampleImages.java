package io.lynxeye.engine.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The bundled images on which a model is checked and benchmarked. */
public final class SampleImages {

  private static final List<String> NAMES = List.of("lynx", "wall_clock", "balloon");

  private SampleImages() {}

  /** Returns all sample images, as JPEG. */
  public static List<byte[]> read() {
    return NAMES.stream().map(SampleImages::read).toList();
  }

  private static byte[] read(String name) {
    String resource = "/samples/" + name + ".jpg";
    try (InputStream in = SampleImages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
