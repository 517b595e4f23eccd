package io.lynxeye.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that may be replaced while they are read. */
public final class SmallFile {

  private SmallFile() {}

  /**
   * Reads a file as UTF-8.
   *
   * @throws IOException when it does not exist, cannot be read or is larger, naming it
   */
  public static String text(Path path, long mostBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(Math.toIntExact(mostBytes) + 1);
    } catch (NoSuchFileException e) {
      throw new IOException(path + " does not exist", e);
    } catch (IOException e) {
      throw new IOException(path + " cannot be read: " + e, e);
    }
    if (bytes.length > mostBytes) {
      throw new IOException(path + " is larger than " + mostBytes + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
