package io.lynxeye.security;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file with a line {@code primary sha256:<hex>} and a line {@code secondary sha256:<hex>}; empty
 * lines and those that begin with # say nothing. A file without both is taken for one that is still
 * being written. The keys themselves are nowhere.
 *
 * @param path the file
 */
public record KeyFile(Path path) implements KeySource {

  private static final String PREFIX = "sha256:";
  private static final long MOST_BYTES = 64 * 1024;
  private static final String HEADING =
      "# Keys of Lynxeye as SHA-256; change them with: lynxeye keys regenerate primary|secondary";

  /** Whether there is such a file. */
  public boolean exists() {
    return Files.exists(path);
  }

  @Override
  public Set<KeyHash> read() throws IOException {
    return Set.copyOf(slots().values());
  }

  /** Both keys' hashes. */
  public Map<KeySlot, KeyHash> slots() throws IOException {
    Map<KeySlot, KeyHash> slots = new EnumMap<>(KeySlot.class);
    for (String line : SmallFile.text(path, MOST_BYTES).lines().map(String::strip).toList()) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        put(slots, line);
      }
    }
    for (KeySlot slot : KeySlot.values()) {
      if (!slots.containsKey(slot)) {
        throw new IOException(path + " has no line '" + slot.word() + " " + PREFIX + "...'");
      }
    }
    return slots;
  }

  private void put(Map<KeySlot, KeyHash> slots, String line) throws IOException {
    for (KeySlot slot : KeySlot.values()) {
      String begin = slot.word() + " " + PREFIX;
      if (line.startsWith(begin)) {
        if (slots.put(slot, hash(line.substring(begin.length()))) != null) {
          throw new IOException(path + " has two lines '" + slot.word() + "'");
        }
        return;
      }
    }
    throw notOurs(); // The line itself is not shown: it may be a key.
  }

  private KeyHash hash(String hex) throws IOException {
    try {
      return KeyHash.parse(hex);
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
  }

  private IOException notOurs() {
    return new IOException(
        path + " is no key file; let lynxeye keys generate write one, or name another with --keys");
  }

  /**
   * Puts these in the place of what is there, in one step; for its owner alone to read.
   *
   * @throws IOException when it cannot be written; what was there still is
   */
  public void write(Map<KeySlot, KeyHash> slots) throws IOException {
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = Files.createDirectories(target.getParent());
    String text =
        slots.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(slot -> slot.getKey().word() + " " + PREFIX + slot.getValue().hex())
            .collect(Collectors.joining("\n", HEADING + "\n", "\n"));
    var ownersOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path fresh = Files.createTempFile(folder, ".keys", ".new", ownersOnly);
    try {
      Files.writeString(fresh, text, StandardOpenOption.SYNC); // Whole on the disk, then renamed.
      move(fresh, target);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void move(Path fresh, Path target) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + target + " cannot replace a file at once", e);
    }
  }
}
