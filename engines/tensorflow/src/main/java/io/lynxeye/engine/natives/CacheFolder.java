package io.lynxeye.engine.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The cache folder. Native libraries and classes are loaded from it, so it must belong to the user
 * of this process, and no other user may write to it.
 */
public final class CacheFolder {

  private static final Path THIS_PROCESS = Path.of("/proc/self");

  private CacheFolder() {}

  /**
   * Creates the folder for this user alone if it is missing, otherwise checks it.
   *
   * @throws IOException naming the cause and the cure
   */
  public static void require(Path cache) throws IOException {
    if (!Files.exists(cache)) {
      create(cache);
    }
    Optional<String> problem = problem(cache);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
  }

  private static void create(Path cache) throws IOException {
    try {
      Path folder = cache.toAbsolutePath();
      Files.createDirectories(folder.getParent());
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new IOException(
          "the cache folder %s cannot be created (%s): choose another with --cache or LYNXEYE_CACHE"
              .formatted(cache, e),
          e);
    }
  }

  /** Why an existing folder must not be used as a cache; empty if it may. */
  public static Optional<String> problem(Path cache) {
    return problem(cache, THIS_PROCESS);
  }

  /**
   * @param own a file of this user
   */
  static Optional<String> problem(Path cache, Path own) {
    try {
      PosixFileAttributes folder = Files.readAttributes(cache, PosixFileAttributes.class);
      Set<PosixFilePermission> rights = folder.permissions();
      if (Files.exists(own)
          && !folder.owner().equals(Files.getOwner(own, LinkOption.NOFOLLOW_LINKS))) {
        return Optional.of(
            "the cache folder %s belongs to another user (%s), and code is loaded from it: choose one of your own with --cache or LYNXEYE_CACHE"
                .formatted(cache, folder.owner().getName()));
      }
      return rights.contains(PosixFilePermission.GROUP_WRITE)
              || rights.contains(PosixFilePermission.OTHERS_WRITE)
          ? Optional.of(
              "other users can write to the cache folder %s, and code is loaded from it: delete what is in it, then run chmod go-w %s, or choose another with --cache or LYNXEYE_CACHE"
                  .formatted(cache, cache))
          : Optional.empty();
    } catch (UnsupportedOperationException e) {
      return Optional.empty(); // A file system without owners.
    } catch (IOException e) {
      return Optional.of(
          "the cache folder %s cannot be read (%s): choose another with --cache or LYNXEYE_CACHE"
              .formatted(cache, e));
    }
  }
}
