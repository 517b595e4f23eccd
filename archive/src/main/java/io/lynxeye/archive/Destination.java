package io.lynxeye.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the entries of an archive into one folder, within limits, and nowhere else. */
final class Destination {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path folder;
  private final ArchiveLimits limits;
  private long bytesLeft;
  private int entriesLeft;

  Destination(Path folder, ArchiveLimits limits, long archiveBytes) throws IOException {
    this.folder = Files.createDirectories(folder.toAbsolutePath().normalize());
    this.limits = limits;
    this.bytesLeft = limits.bytesFor(archiveBytes);
    this.entriesLeft = limits.entries();
  }

  /** Returns the bytes written; 0 for a folder. */
  long write(String name, boolean isFolder, boolean isFile, InputStream content)
      throws IOException, ArchiveException {
    if (entriesLeft-- == 0) {
      throw refused("holds more than " + limits.entries() + " entries");
    }
    Path target = inside(name);
    if (isFolder) {
      makeFolder(target, name);
      return 0;
    }
    if (!isFile) {
      throw refused("holds a link or a device, " + name);
    }
    makeFolder(target.getParent(), name);
    try (OutputStream file = create(target, name)) {
      return copy(content, file);
    }
  }

  private void makeFolder(Path target, String name) throws IOException, ArchiveException {
    try {
      Files.createDirectories(target);
    } catch (FileSystemException e) {
      if (isBelowFile(target)) {
        throw twice(name);
      }
      throw e;
    }
  }

  private static OutputStream create(Path target, String name)
      throws IOException, ArchiveException {
    try {
      return Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw twice(name);
    }
  }

  /** Whether an earlier entry is a file at this path or above it. */
  private boolean isBelowFile(Path target) {
    Path path = target;
    while (path.startsWith(folder) && !Files.isRegularFile(path)) {
      path = path.getParent();
    }
    return path.startsWith(folder);
  }

  /** Appending to a tar makes duplicates; which of the two was meant is not guessed. */
  private static ArchiveException twice(String name) {
    return refused("holds " + name + " twice");
  }

  /** Reads and discards the rest, within the same limits. */
  void drain(InputStream rest) throws IOException, ArchiveException {
    copy(rest, OutputStream.nullOutputStream());
  }

  private Path inside(String name) throws ArchiveException {
    try {
      Path target = folder.resolve(name).normalize();
      if (target.startsWith(folder) && !name.contains("\\") && !name.startsWith("/")) {
        return target;
      }
    } catch (InvalidPathException e) {
      // Not a path: refused like one that leads elsewhere.
    }
    throw refused("holds a path that leads out of its folder, " + name);
  }

  private long copy(InputStream content, OutputStream file) throws IOException, ArchiveException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long allowed = bytesLeft;
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      bytesLeft -= read;
      if (bytesLeft < 0) {
        throw refused("expands to far more than its own size");
      }
      file.write(buffer, 0, read);
    }
    return allowed - bytesLeft;
  }

  static ArchiveException refused(String why) {
    return new ArchiveException(ArchiveException.Kind.REFUSED, why);
  }
}
