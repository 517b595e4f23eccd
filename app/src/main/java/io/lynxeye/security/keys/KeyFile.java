package io.lynxeye.security.keys;

import io.lynxeye.security.SmallFile;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file with a line {@code primary sha256:<hex>} and a line {@code secondary sha256:<hex>}; empty
 * lines and lines that begin with # are ignored. A file without both lines is treated as one that
 * is still being written. The keys themselves are not stored.
 */
public record KeyFile(Path path) implements KeySource {

  private static final String PREFIX = "sha256:";
  private static final Pattern LINE =
      Pattern.compile("(primary|secondary) " + PREFIX + "(\\p{XDigit}{64})");
  private static final long MOST_BYTES = 64 * 1024;
  private static final String HEADING =
      "# Keys of Lynxeye as SHA-256; change them with: lynxeye keys regenerate primary|secondary";

  /** Whether the file exists. */
  public boolean exists() {
    return Files.exists(path);
  }

  @Override
  public Set<KeyHash> read() throws IOException {
    return Set.copyOf(slots().values());
  }

  /** The hashes of both keys. */
  public Map<KeySlot, KeyHash> slots() throws IOException {
    Map<KeySlot, KeyHash> slots = new EnumMap<>(KeySlot.class);
    for (String line : SmallFile.text(path, MOST_BYTES).lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher key = LINE.matcher(line);
      if (!key.matches()) {
        throw notKeyFile(); // The line is not shown: it may be a key.
      }
      KeySlot slot = KeySlot.valueOf(key.group(1).toUpperCase(Locale.ROOT));
      KeyHash hash = new KeyHash(key.group(2).toLowerCase(Locale.ROOT));
      if (slots.put(slot, hash) != null) {
        throw new IOException(path + " has two lines '" + slot.word() + "'");
      }
    }
    for (KeySlot slot : KeySlot.values()) {
      if (!slots.containsKey(slot)) {
        throw new IOException(path + " has no line '" + slot.word() + " " + PREFIX + "...'");
      }
    }
    return slots;
  }

  private IOException notKeyFile() {
    return new IOException(
        path
            + " is not a key file; make one with: lynxeye keys generate, or name another with --keys");
  }

  /**
   * Replaces the file atomically. Only its owner can read it.
   *
   * @throws IOException when it cannot be written; the file is unchanged then
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
      Files.writeString(fresh, text, StandardOpenOption.SYNC); // On disk before the rename.
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
