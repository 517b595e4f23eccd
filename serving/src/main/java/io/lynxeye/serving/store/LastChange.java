package io.lynxeye.serving.store;

import io.lynxeye.serving.store.StoreSnapshot.Entry;
import io.lynxeye.serving.store.StoreSnapshot.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When entries of the store last changed, by the file system's own record: the change time of a
 * file (ctime), which no copying program can set back, as it can the modification time.
 */
final class LastChange {

  private static final String CHANGE_TIME = "unix:ctime";

  private LastChange() {}

  /**
   * The paths of the entries in which everything last changed before an instant.
   *
   * @return none of those whose file system keeps no change times
   */
  static Set<Path> before(Instant limit, StoreSnapshot snapshot) {
    return snapshot.entries().stream()
        .filter(entry -> entry.status() == Status.WHOLE)
        .filter(entry -> files(entry).allMatch(file -> isOlder(file, limit)))
        .map(Entry::path)
        .collect(Collectors.toSet());
  }

  private static Stream<Path> files(Entry entry) {
    return Stream.concat(
        Stream.of(entry.path()),
        entry.tree().stream()
            .flatMap(tree -> tree.files().keySet().stream().map(tree.root()::resolve)));
  }

  /** Both a link and its target count. */
  private static boolean isOlder(Path file, Instant limit) {
    try {
      return isBefore(Files.getAttribute(file, CHANGE_TIME, LinkOption.NOFOLLOW_LINKS), limit)
          && isBefore(Files.getAttribute(file, CHANGE_TIME), limit);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // It vanished, or there is no such time: wait and see.
    }
  }

  private static boolean isBefore(Object changed, Instant limit) {
    return changed instanceof FileTime time && time.toInstant().isBefore(limit);
  }
}
