package io.lynxeye.serving.store;

import io.lynxeye.archive.ArchiveLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Unpacks an archive in a separate process, for tests that kill it. */
final class UnpackingProcess {

  private UnpackingProcess() {}

  /**
   * Unpacks the archive.
   *
   * @param arguments the archive and the cache folder
   */
  public static void main(String[] arguments) throws Exception {
    Path archive = Path.of(arguments[0]);
    Path folder =
        new ArchiveCache(Path.of(arguments[1]), ArchiveLimits.DEFAULT)
            .unpack(archive, Files.readAttributes(archive, BasicFileAttributes.class));
    System.out.println(folder);
  }

  static Process start(Path archive, Path cache) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            UnpackingProcess.class.getName(),
            archive.toString(),
            cache.toString())
        .redirectErrorStream(true)
        .start();
  }
}
