package io.lynxeye.importers;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Builds archives entry by entry, including malicious ones. */
final class Archives {
  /** The kind is one of the type flags of tar. */
  private record Entry(String name, ByteString content, byte kind) {}

  private final List<Entry> entries = new ArrayList<>();

  Archives file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Archives file(String name, byte[] content) {
    entries.add(new Entry(name, ByteString.copyFrom(content), TarArchiveEntry.LF_NORMAL));
    return this;
  }

  Archives folder(String name) {
    entries.add(new Entry(name, ByteString.EMPTY, TarArchiveEntry.LF_DIR));
    return this;
  }

  Archives special(String name, byte kind) {
    entries.add(new Entry(name, ByteString.EMPTY, kind));
    return this;
  }

  Archives tree(Path root, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(path -> file(prefix + root.relativize(path), bytes(path)));
    }
    return this;
  }

  Path tar(Path file) throws IOException {
    writeTar(Files.newOutputStream(file));
    return file;
  }

  Path tarGz(Path file) throws IOException {
    writeTar(new GZIPOutputStream(Files.newOutputStream(file)));
    return file;
  }

  Path zip(Path file) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      for (Entry entry : entries) {
        ZipArchiveEntry header = new ZipArchiveEntry(entry.name());
        if (entry.kind() == TarArchiveEntry.LF_SYMLINK) {
          header.setUnixMode(UnixStat.LINK_FLAG | UnixStat.DEFAULT_LINK_PERM);
        }
        zip.putArchiveEntry(header);
        zip.write(entry.content().toByteArray());
        zip.closeArchiveEntry();
      }
    }
    return file;
  }

  private void writeTar(OutputStream stream) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new BufferedOutputStream(stream))) {
      for (Entry entry : entries) {
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), entry.kind(), true);
        header.setLinkName("target");
        header.setSize(entry.content().size());
        tar.putArchiveEntry(header);
        tar.write(entry.content().toByteArray());
        tar.closeArchiveEntry();
      }
    }
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
