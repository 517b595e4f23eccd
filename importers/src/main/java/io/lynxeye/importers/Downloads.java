package io.lynxeye.importers;

import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * The archives fetched so far, each in a file named by its SHA-256, so that a repeated import
 * fetches nothing and an interrupted one goes on. Locked while it fetches.
 */
final class Downloads {
  private static final String NPM_STAGING = "npm-";

  private final Path folder;
  private final NpmClient npm;
  private final HttpDownload http;
  private final DiskSpace space;
  private final Progress progress;

  Downloads(Path folder, NpmClient npm, HttpDownload http, DiskSpace space, Progress progress) {
    this.folder = folder.toAbsolutePath(); // npm runs in another working directory.
    this.npm = npm;
    this.http = http;
    this.space = space;
    this.progress = progress;
  }

  /** The tarball of a catalogue entry that is an npm package. */
  FetchedArchive npm(Origin.Npm origin, CatalogueEntry entry)
      throws IOException, ImportException, InterruptedException {
    try (FolderLock lock = FolderLock.take(folder)) {
      clearLeftovers(lock);
      Optional<FetchedArchive> kept = kept(entry.sha256(), entry.origin());
      if (kept.isPresent()) {
        return kept.get();
      }
      space.require(folder, 2 * entry.bytes()); // npm keeps a copy in its cache.
      Path staging = Files.createTempDirectory(folder, NPM_STAGING);
      try (Progress.Step step = progress.begin("Downloading " + entry.origin(), entry.bytes())) {
        Path tarball = npm.pack(origin.spec(), staging, step, entry.bytes());
        FetchedArchive archive = verified(tarball, Optional.of(entry.sha256()), entry.origin());
        if (!Digest.integrity(tarball).equals(origin.integrity())) {
          throw new ImportException(
              entry.origin()
                  + " does not have the integrity string of the catalogue. Update Lynxeye.");
        }
        return keep(archive);
      } finally {
        new Tree(staging).delete();
      }
    }
  }

  /** The archive at an http(s) address. */
  FetchedArchive web(URI address, Optional<String> sha256)
      throws IOException, ImportException, InterruptedException {
    try (FolderLock lock = FolderLock.take(folder)) {
      clearLeftovers(lock);
      if (sha256.isPresent()) {
        Optional<FetchedArchive> kept = kept(sha256.get(), HttpDownload.shown(address));
        if (kept.isPresent()) {
          return kept.get();
        }
      }
      byte[] name = address.toString().getBytes(StandardCharsets.UTF_8);
      Path partial = folder.resolve(UUID.nameUUIDFromBytes(name) + ".part");
      http.fetch(address, partial, space, progress);
      return keep(verified(partial, sha256, HttpDownload.shown(address)));
    }
  }

  /** A file of the user's, checked but not copied. */
  static FetchedArchive local(Path file, Optional<String> sha256)
      throws IOException, ImportException {
    if (!Files.isRegularFile(file)) {
      throw new ImportException("There is no file " + file + ": check the path of the source.");
    }
    FetchedArchive archive = FetchedArchive.of(file, file.toString());
    return requireDigest(archive, sha256, "");
  }

  private static void clearLeftovers(FolderLock lock) throws IOException {
    for (Path leftover : lock.leftovers(NPM_STAGING)) {
      new Tree(leftover).delete();
    }
  }

  private Optional<FetchedArchive> kept(String sha256, String origin) throws IOException {
    Path file = folder.resolve(sha256 + ".tgz");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    FetchedArchive archive = FetchedArchive.of(file, origin);
    if (archive.sha256().equals(sha256)) {
      return Optional.of(archive);
    }
    Files.delete(file); // Damaged on the disk: fetched afresh.
    return Optional.empty();
  }

  private static FetchedArchive verified(Path file, Optional<String> sha256, String origin)
      throws IOException, ImportException {
    FetchedArchive archive = FetchedArchive.of(file, origin);
    try {
      return requireDigest(archive, sha256, " The file was removed.");
    } catch (ImportException e) {
      Files.delete(file);
      throw e;
    }
  }

  private static FetchedArchive requireDigest(
      FetchedArchive archive, Optional<String> expected, String consequence)
      throws ImportException {
    if (expected.isPresent() && !expected.get().equals(archive.sha256())) {
      throw new ImportException(
          archive.origin()
              + " is not what was expected: its SHA-256 is "
              + archive.sha256()
              + ", not "
              + expected.get()
              + "."
              + consequence
              + " Run the import again; if this repeats, do not trust the source.");
    }
    return archive;
  }

  private FetchedArchive keep(FetchedArchive archive) throws IOException {
    Path kept = folder.resolve(archive.sha256() + ".tgz");
    Files.move(archive.file(), kept, StandardCopyOption.ATOMIC_MOVE);
    return new FetchedArchive(kept, archive.sha256(), archive.origin());
  }
}
