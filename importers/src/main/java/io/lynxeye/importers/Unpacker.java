package io.lynxeye.importers;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks one archive into one folder and trusts nothing in it: no path may leave the folder, links
 * and devices are refused, and the number of entries and bytes is bounded while they are written.
 */
final class Unpacker {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path archive;
  private final Path folder;
  private final ArchiveLimits limits;
  private long bytesLeft;
  private int entriesLeft;

  private Unpacker(Path archive, Path folder, ArchiveLimits limits) throws IOException {
    this.archive = archive;
    this.folder = folder.toAbsolutePath().normalize();
    this.limits = limits;
    this.bytesLeft = limits.bytesFor(Files.size(archive));
    this.entriesLeft = limits.entries();
  }

  /** The step is told the bytes of the archive, not those that come out of it. */
  static void unpack(Path archive, Path folder, ArchiveLimits limits, Progress progress)
      throws IOException, ImportException {
    try (Progress.Step step = progress.begin("Unpacking", Files.size(archive))) {
      new Unpacker(archive, folder, limits).run(ArchiveType.of(archive), new Meter(step));
    } catch (IOException e) {
      if (DiskSpace.isLocal(e)) {
        throw e;
      }
      throw new ImportException(
          archive + " is damaged or cut short (" + e.getMessage() + "): fetch it again.", e);
    }
  }

  private void run(ArchiveType type, Meter meter) throws IOException, ImportException {
    Files.createDirectories(folder);
    if (type == ArchiveType.ZIP) {
      zip(meter);
    } else {
      try (InputStream file = meter.measured(Files.newInputStream(archive));
          InputStream plain =
              type == ArchiveType.TAR_GZ ? new GZIPInputStream(file, BUFFER_BYTES) : file) {
        tar(plain);
      }
    }
    meter.complete(Files.size(archive));
  }

  private void tar(InputStream plain) throws IOException, ImportException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        boolean plainFile = entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
        place(entry.getName(), entry.isDirectory(), plainFile && !special(entry), tar);
      }
    }
  }

  private static boolean special(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  private void zip(Meter meter) throws IOException, ImportException {
    try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        try (InputStream content = zip.getInputStream(entry)) {
          place(entry.getName(), entry.isDirectory(), !entry.isUnixSymlink(), content);
        }
        meter.advance(entry.getCompressedSize());
      }
    }
  }

  private void place(String name, boolean isFolder, boolean isFile, InputStream content)
      throws IOException, ImportException {
    if (entriesLeft-- == 0) {
      throw refused("holds more than " + limits.entries() + " entries");
    }
    Path target = inside(name);
    if (isFolder) {
      Files.createDirectories(target);
    } else if (isFile) {
      Files.createDirectories(target.getParent());
      write(content, target);
    } else {
      throw refused("holds a link or a device, " + name);
    }
  }

  private Path inside(String name) throws ImportException {
    try {
      Path target = folder.resolve(name).normalize();
      if (target.startsWith(folder) && !name.contains("\\") && !name.startsWith("/")) {
        return target;
      }
    } catch (InvalidPathException e) {
      // No path at all: refused like one that leads elsewhere.
    }
    throw refused("holds a path that leads out of its folder, " + name);
  }

  private void write(InputStream content, Path target) throws IOException, ImportException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (OutputStream file = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        bytesLeft -= read;
        if (bytesLeft < 0) {
          throw refused("expands to far more than its own size");
        }
        file.write(buffer, 0, read);
      }
    }
  }

  private ImportException refused(String why) {
    return new ImportException(
        archive
            + " is not unpacked, for it "
            + why
            + ". Make an archive of the model folder alone.");
  }

  /** Tells a step no more bytes than the archive has, and all of them in the end. */
  private static final class Meter {
    private final Progress.Step step;
    private long told;

    Meter(Progress.Step step) {
      this.step = step;
    }

    void advance(long bytes) {
      told += bytes;
      step.advance(bytes);
    }

    void complete(long total) {
      if (told < total) {
        advance(total - told);
      }
    }

    InputStream measured(InputStream file) {
      return new FilterInputStream(file) {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          int read = super.read(buffer, offset, length);
          advance(Math.max(0, read));
          return read;
        }
      };
    }
  }
}
