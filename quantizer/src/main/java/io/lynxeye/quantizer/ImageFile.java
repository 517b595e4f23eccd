package io.lynxeye.quantizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image file to calibrate with or to test on. It is read when it is needed, and not kept. */
public interface ImageFile {

  /** What it is called in messages. */
  String name();

  /** Its content; the same each time. */
  byte[] read() throws IOException;

  /** A file on the disk. */
  static ImageFile of(Path file) {
    return new ImageFile() {
      @Override
      public String name() {
        return file.toString();
      }

      @Override
      public byte[] read() throws IOException {
        return Files.readAllBytes(file);
      }
    };
  }

  /** A file in memory. */
  static ImageFile of(String name, byte[] content) {
    return new ImageFile() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public byte[] read() {
        return content;
      }
    };
  }
}
