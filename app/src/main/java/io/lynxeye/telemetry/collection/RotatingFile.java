package io.lynxeye.telemetry.collection;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes lines to {@code pictures.jsonl}. A full file is renamed to {@code pictures.1.jsonl}, that
 * one to {@code pictures.2.jsonl}, and so on; the oldest is deleted. For one thread, and one
 * process per folder.
 */
final class RotatingFile implements ImageCollector.Lines {

  private final Path folder;
  private final long maxBytes;
  private final int maxFiles;
  private OutputStream out; // Null while the file is closed.
  private long size;

  /**
   * Continues the file of an earlier process.
   *
   * @param maxBytes maximum size of a file; a longer line gets a file of its own
   * @param maxFiles at least 1
   */
  RotatingFile(Path folder, long maxBytes, int maxFiles) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    open();
  }

  private void open() throws IOException {
    Path current = file(0);
    out = Files.newOutputStream(current, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    size = Files.size(current);
  }

  private Path file(int age) {
    return folder.resolve(age == 0 ? "pictures.jsonl" : "pictures." + age + ".jsonl");
  }

  /** Writes a line without buffering, so that it is not lost if the process is killed. */
  @Override
  public void write(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (out == null) {
      open();
    }
    if (size > 0 && size + bytes.length > maxBytes) {
      rotate();
    }
    out.write(bytes);
    size += bytes.length;
  }

  @Override
  public void release() throws IOException {
    if (out != null) {
      OutputStream closing = out;
      out = null;
      closing.close();
    }
  }

  private void rotate() throws IOException {
    release();
    Files.deleteIfExists(file(maxFiles - 1));
    for (int age = maxFiles - 1; age > 0; age--) {
      if (Files.exists(file(age - 1))) {
        Files.move(file(age - 1), file(age), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    open();
  }

  @Override
  public void close() throws IOException {
    release();
  }
}
