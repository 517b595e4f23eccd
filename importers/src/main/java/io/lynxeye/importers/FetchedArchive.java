package io.lynxeye.importers;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An archive on this disk.
 *
 * @param sha256 its digest, computed from the file
 * @param origin where it came from, for people
 */
record FetchedArchive(Path file, String sha256, String origin) {

  static FetchedArchive of(Path file, String origin) throws IOException {
    return new FetchedArchive(file, Digest.sha256(file), origin);
  }
}
