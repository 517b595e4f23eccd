package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with the golden files in src/test/resources/calls. {@code GOLDEN_WRITE=true}
 * rewrites them.
 */
final class Golden {
  private Golden() {}

  static void compare(String name, String text) throws IOException {
    Path file = Path.of("src/test/resources/calls", name);
    if ("true".equals(System.getenv("GOLDEN_WRITE"))) {
      Files.writeString(file, text);
    }
    assertThat(text).as(name).isEqualTo(Files.readString(file));
  }
}
