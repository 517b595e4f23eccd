package io.lynxeye.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The project's own pictures, which come with the program: what a model is tried out on. */
public final class SamplePictures {

  private static final List<String> NAMES = List.of("lynx", "wall_clock", "balloon");

  private SamplePictures() {}

  /** All of them, JPEG. */
  public static List<byte[]> read() {
    return NAMES.stream().map(SamplePictures::read).toList();
  }

  private static byte[] read(String name) {
    String resource = "/samples/" + name + ".jpg";
    try (InputStream in = SamplePictures.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
