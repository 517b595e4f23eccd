package io.lynxeye.importers;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Asks for free space before the work and tells of its lack after a failure. */
final class DiskSpace {

  /** Free bytes on the disk of a folder that exists; tests put their own here. */
  @FunctionalInterface
  interface Free {
    long on(Path folder) throws IOException;
  }

  private final Free free;

  DiskSpace(Free free) {
    this.free = free;
  }

  static DiskSpace real() {
    return new DiskSpace(folder -> Files.getFileStore(folder).getUsableSpace());
  }

  void require(Path folder, long bytes) throws IOException, ImportException {
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

  /** The failure in words; {@code needed} bytes go to the store, if that is known and not 0. */
  static ImportException explain(IOException failure, long needed) {
    if (isFull(failure)) {
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

  /** Whether the failure lies on this side, disk or interruption, and not in the data read. */
  static boolean isLocal(IOException failure) {
    return failure instanceof FileSystemException
        || failure instanceof ClosedByInterruptException
        || isFull(failure);
  }

  private static boolean isFull(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }

  private static String megabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000 + " MB";
  }
}
