package io.lynxeye.importers.keras;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that are read as one, end to end, so that no more than one weight is in memory at a time.
 */
record Shards(List<Path> files, long bytes) {

  static Shards of(Path folder, List<String> names) throws IOException, InvalidModelException {
    long bytes = 0;
    for (String name : names) {
      if (!Path.of(name).equals(Path.of(name).getFileName()) || name.equals("..")) {
        throw new InvalidModelException("The weights manifest names a file elsewhere: " + name);
      }
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new InvalidModelException("The weights file " + name + " is missing.");
      }
      bytes += Files.size(folder.resolve(name));
    }
    return new Shards(names.stream().map(folder::resolve).toList(), bytes);
  }

  ByteBuffer read(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    long start = 0;
    for (Path file : files) {
      long size = Files.size(file);
      if (bytes.hasRemaining() && offset + bytes.position() < start + size) {
        fill(bytes, file, offset + bytes.position() - start);
      }
      start += size;
    }
    if (bytes.hasRemaining()) {
      throw new IOException("The weights ended " + bytes.remaining() + " bytes early.");
    }
    return bytes.flip();
  }

  private static void fill(ByteBuffer bytes, Path file, long position) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long at = position;
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, at);
        if (read < 0) {
          return;
        }
        at += read;
      }
    }
  }
}
