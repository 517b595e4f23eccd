package io.lynxeye.importers;

import io.lynxeye.importers.archive.Archive;
import io.lynxeye.importers.archive.ArchiveException;
import io.lynxeye.importers.archive.ArchiveLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks archives in the words of an import: its steps and its failures. */
final class Unpacker {
  private Unpacker() {}

  /** The step is told the bytes of the archive, not those that come out of it. */
  static void unpack(Path archive, Path folder, ArchiveLimits limits, Progress progress)
      throws IOException, ImportException {
    try (Progress.Step step = progress.begin("Unpacking", Files.size(archive))) {
      Archive.unpack(archive, folder, limits, step::advance);
    } catch (ArchiveException e) {
      throw new ImportException(archive + " " + told(e), e);
    }
  }

  private static String told(ArchiveException e) {
    return switch (e.kind()) {
      case NO_ARCHIVE ->
          e.getMessage() + ": check that the address or path leads to the archive itself.";
      case DAMAGED -> e.getMessage() + ": fetch it again.";
      case REFUSED ->
          "is not unpacked, for it "
              + e.getMessage()
              + ". Make an archive of the model folder alone.";
    };
  }
}
