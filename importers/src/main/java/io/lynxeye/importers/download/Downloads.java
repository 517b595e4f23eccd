package io.lynxeye.importers.download;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.Tree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The downloaded archives, each in a file named by its SHA-256, so that a repeated import downloads
 * nothing. Only one import at a time downloads into the folder.
 */
public final class Downloads {
  private static final String LOCK = ".importing.lock";
  private static final String UNFINISHED = "fetching-";
  private static final String SUFFIX = ".tgz";

  /** Brings an archive into an empty folder and returns the file. */
  private interface Source {
    Path fetch(Path staging) throws IOException, ImportException, InterruptedException;
  }

  private final Path folder;
  private final NpmClient npm;
  private final HttpDownload http;
  private final HttpDownload catalogue;
  private final DiskSpace space;
  private final Progress progress;

  /**
   * Creates a cache of downloads; nothing is read or written yet.
   *
   * @param folder created when it is needed
   * @param http for addresses of a request
   * @param catalogue for addresses of the catalogue
   */
  public Downloads(
      Path folder,
      NpmClient npm,
      HttpDownload http,
      HttpDownload catalogue,
      DiskSpace space,
      Progress progress) {
    this.folder = folder.toAbsolutePath(); // npm runs in another working directory.
    this.npm = npm;
    this.http = http;
    this.catalogue = catalogue;
    this.space = space;
    this.progress = progress;
  }

  /**
   * The tarball of an npm package.
   *
   * @param spec name and version, such as {@code name@1.0.0}
   * @param bytes size of the tarball
   * @param sha256 its expected digest in hexadecimal
   * @param integrity its expected digest in npm's form, compared as well
   */
  public FetchedArchive npm(String spec, long bytes, String sha256, String integrity)
      throws IOException, ImportException, InterruptedException {
    String origin = "npm package " + spec;
    return fetch(
        origin,
        Optional.of(sha256),
        Optional.of(integrity),
        staging -> {
          space.require(folder, 2 * bytes); // npm keeps a copy in its cache.
          try (Progress.Step step = progress.begin("Downloading " + origin, bytes)) {
            return npm.pack(spec, staging, step, bytes);
          }
        });
  }

  /** The archive at an http(s) address. */
  public FetchedArchive web(URI address, Optional<String> sha256)
      throws IOException, ImportException, InterruptedException {
    http.requireAllowed(address); // Also for what is kept already.
    return web(http, address, sha256);
  }

  /** The archive at an address of the catalogue. */
  public FetchedArchive catalogue(URI address, String sha256)
      throws IOException, ImportException, InterruptedException {
    return web(catalogue, address, Optional.of(sha256));
  }

  private FetchedArchive web(HttpDownload by, URI address, Optional<String> sha256)
      throws IOException, ImportException, InterruptedException {
    return fetch(
        HttpDownload.shown(address),
        sha256,
        Optional.empty(),
        staging -> {
          Path file = staging.resolve("archive");
          by.fetch(address, file, space, progress);
          return file;
        });
  }

  /** A local file, verified but not copied. */
  public static FetchedArchive local(Path file, Optional<String> sha256)
      throws IOException, ImportException {
    if (!Files.isRegularFile(file)) {
      throw new ImportException("There is no file " + file + ": check the path of the source.");
    }
    FetchedArchive archive = FetchedArchive.of(file, file.toString());
    requireDigest(archive, sha256, "");
    return archive;
  }

  /** Deletes an archive that turned out to be of no use, if it is one of these downloads. */
  public void discard(FetchedArchive archive) throws IOException {
    if (archive.file().startsWith(folder)) {
      Files.deleteIfExists(archive.file());
    }
  }

  private FetchedArchive fetch(
      String origin, Optional<String> sha256, Optional<String> integrity, Source source)
      throws IOException, ImportException, InterruptedException {
    try (LockFile lock =
        LockFile.tryTake(folder, LOCK).orElseThrow(() -> ImportException.busy(folder))) {
      for (Path leftover : lock.leftovers(UNFINISHED)) {
        new Tree(leftover).delete();
      }
      Optional<FetchedArchive> kept =
          sha256.isPresent() ? kept(sha256.get(), origin) : Optional.empty();
      if (kept.isPresent()) {
        return kept.get();
      }
      Path staging = Files.createTempDirectory(folder, UNFINISHED);
      try {
        FetchedArchive archive = FetchedArchive.of(source.fetch(staging), origin);
        requireDigest(archive, sha256, " The file was removed.");
        if (integrity.isPresent()
            && !integrity.get().equals(FetchedArchive.integrity(archive.file()))) {
          throw new ImportException(
              origin + " does not have the integrity string of the catalogue. Update Lynxeye.");
        }
        Path target = folder.resolve(archive.sha256() + SUFFIX);
        Files.move(archive.file(), target, StandardCopyOption.ATOMIC_MOVE);
        return new FetchedArchive(target, archive.sha256(), origin);
      } finally {
        new Tree(staging).delete();
      }
    }
  }

  private Optional<FetchedArchive> kept(String sha256, String origin) throws IOException {
    Path file = folder.resolve(sha256 + SUFFIX);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    FetchedArchive archive = FetchedArchive.of(file, origin);
    if (archive.sha256().equals(sha256)) {
      return Optional.of(archive);
    }
    Files.delete(file); // Damaged on the disk.
    return Optional.empty();
  }

  private static void requireDigest(
      FetchedArchive archive, Optional<String> expected, String consequence)
      throws ImportException {
    if (expected.isPresent() && !expected.get().equals(archive.sha256())) {
      throw new ImportException(
          ("%s is not what was expected: its SHA-256 is not %s.%s"
                  + " Run the import again; if this repeats, do not trust the source.")
              .formatted(archive.origin(), expected.get(), consequence));
    }
  }
}
