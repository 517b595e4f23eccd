package io.lynxeye.importers.download;

import io.lynxeye.archive.Archive;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Checks for free space before the work and explains failures of the disk after it. */
public final class DiskSpace {

  /** Free bytes on the disk of an existing folder; tests replace it. */
  @FunctionalInterface
  public interface Free {
    long on(Path folder) throws IOException;
  }

  private final Free free;

  public DiskSpace(Free free) {
    this.free = free;
  }

  /** Asks the file system. */
  public static DiskSpace real() {
    return new DiskSpace(folder -> Files.getFileStore(folder).getUsableSpace());
  }

  /**
   * Requires free space.
   *
   * @throws ImportException when the disk of {@code folder}, which exists, has fewer bytes free
   */
  public void require(Path folder, long bytes) throws IOException, ImportException {
    long usable = free.on(folder);
    if (usable < bytes) {
      throw new ImportException(
          String.format(
              Locale.ROOT,
              "The import needs about %s on the disk of %s, where %s are free. Free some space.",
              megabytes(bytes),
              folder,
              megabytes(usable)));
    }
  }

  /** Names cause and cure; {@code needed} is the space the import takes in the store, or 0. */
  public static ImportException explain(IOException failure, long needed) {
    if (Archive.isDiskFull(failure)) {
      return new ImportException(
          "The disk is full"
              + (needed > 0
                  ? ": the import needs about " + megabytes(needed) + " in the store"
                  : "")
              + ". Free some space and run it again.",
          failure);
    }
    if (failure instanceof AccessDeniedException denied) {
      return new ImportException(
          denied.getFile()
              + " cannot be read or written by this user: change its rights or choose"
              + " another folder.",
          failure);
    }
    return new ImportException("Reading or writing a file failed: " + failure, failure);
  }

  private static String megabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000 + " MB";
  }
}
