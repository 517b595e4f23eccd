package io.lynxeye.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.brotli.BrotliCompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Chromium from an npm package, for machines without a browser: the program and the libraries that
 * minimal systems lack. Downloaded once per user: 67 MB, 200 MB unpacked.
 */
final class ChromiumPackage {

  private static final String SPEC = "@sparticuz/chromium@143.0.4";
  private static final String INTEGRITY =
      "sha512-/6I7uQTRhRDD2/gGPQ1Gkf+Dqk0RYDACPJDZfSzz0OWk4JmUTonNH"
          + "PXbrn6UIklOHlnDLf8xAAzkOZKB/cJpLA==";

  private final Path folder;
  private final String npm;

  /**
   * @param cache the user's cache folder
   * @param npm the program that fetches
   */
  ChromiumPackage(Path cache, String npm) {
    this.npm = npm;
    this.folder = cache.toAbsolutePath().resolve("chromium").resolve("143.0.4");
  }

  /** The program; its libraries are in {@link #libraries}. */
  Path program() {
    if (!Files.exists(folder)) {
      fetch();
    }
    return folder.resolve("chromium");
  }

  /** The libraries that minimal systems lack. */
  Path libraries() {
    return folder.resolve("lib");
  }

  /**
   * Writes a font configuration into this folder: the system's fonts, and one for systems without
   * fonts.
   */
  Path fonts(Path settings) throws IOException {
    return Files.writeString(
        settings.resolve("fonts.conf"),
        """
        <?xml version="1.0"?>
        <!DOCTYPE fontconfig SYSTEM "fonts.dtd">
        <fontconfig>
          <dir>%s</dir>
          <dir>/usr/share/fonts</dir>
          <cachedir>%s</cachedir>
        </fontconfig>
        """
            .formatted(folder.resolve("fonts"), settings.resolve("font-cache")));
  }

  private void fetch() {
    try {
      Files.createDirectories(folder.getParent());
      Path staging = Files.createTempDirectory(folder.getParent(), "fetching-");
      try {
        Path content = Files.createDirectory(staging.resolve("content"));
        unpack(pack(staging), content);
        put(content);
      } finally {
        delete(staging);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves the folder in one step. Another process may have been faster, with the same content. */
  private void put(Path content) throws IOException {
    try {
      Files.move(content, folder);
    } catch (FileSystemException e) {
      if (!Files.exists(folder)) {
        throw e;
      }
    }
  }

  private Path pack(Path staging) throws IOException {
    Path log = staging.resolve("npm.log");
    List<String> command =
        List.of(
            npm,
            "pack",
            SPEC,
            "--pack-destination=" + staging,
            "--cache=" + staging.resolve("npm-cache"),
            "--ignore-scripts",
            "--loglevel=error");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(staging.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw unavailable(Files.readString(log).strip(), null);
      }
    } catch (IOException e) {
      throw unavailable(npm + " cannot be started", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    try (Stream<Path> files = Files.list(staging)) {
      return files.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElseThrow();
    }
  }

  private static IllegalStateException unavailable(String why, Exception cause) {
    return new IllegalStateException(
        "no browser for the page's tests, and "
            + SPEC
            + " cannot be fetched ("
            + why
            + "): put chromium or google-chrome on the PATH, or give npm its registry",
        cause);
  }

  private static void unpack(Path tarball, Path folder) throws IOException {
    if (!integrity(tarball).equals(INTEGRITY)) {
      throw new IllegalStateException(
          SPEC + " is not what was expected: its integrity is " + integrity(tarball));
    }
    try (InputStream file = Files.newInputStream(tarball);
        var tar = new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        switch (entry.getName()) {
          case "package/bin/chromium.br" ->
              write(new BrotliCompressorInputStream(tar), folder.resolve("chromium"));
          case "package/bin/al2023.tar.br",
              "package/bin/swiftshader.tar.br",
              "package/bin/fonts.tar.br" ->
              unpack(new TarArchiveInputStream(new BrotliCompressorInputStream(tar)), folder);
          default -> {} // JavaScript of the package is not needed.
        }
      }
    }
  }

  /** Reads the entries of a package after checking its digest. */
  @SuppressWarnings("resource") // The caller closes the outer archive.
  private static void unpack(TarArchiveInputStream tar, Path folder) throws IOException {
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path target = folder.resolve(entry.getName()).normalize();
      if (entry.isFile() && target.startsWith(folder)) {
        Files.createDirectories(target.getParent());
        write(tar, target);
      }
    }
  }

  private static void write(InputStream content, Path target) throws IOException {
    Files.copy(content, target);
    if (!target.toFile().setExecutable(true)) {
      throw new IOException(target + " cannot be made executable");
    }
  }

  /** The SHA-512 digest in npm's notation. */
  private static String integrity(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      byte[] buffer = new byte[1 << 16];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return "sha512-" + Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
