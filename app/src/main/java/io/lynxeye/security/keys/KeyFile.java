package io.lynxeye.security.keys;

import io.lynxeye.security.SmallFile;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file with a line {@code NAME sha256:<hex> [admin] [requests=N] [images=N] [concurrent=N]} per
 * key: {@code admin} makes it an administrator's key, the rest are its limits. Empty lines and
 * lines that begin with # are ignored. A file without the lines {@code primary} and {@code
 * secondary} is treated as one that is still being written. The keys themselves are not stored.
 */
public record KeyFile(Path path) implements KeySource {

  private static final String PREFIX = "sha256:";
  private static final Pattern LINE =
      Pattern.compile("(\\S+) " + PREFIX + "(\\p{XDigit}{64})(?: (.*))?");

  /** A limit that breaks off would be another limit. */
  private static final Pattern ATTRIBUTES_AT_END = Pattern.compile("sha256:\\p{XDigit}+ [^\n]*\\z");

  private static final List<String> NEEDED = List.of(NamedKey.PRIMARY, NamedKey.SECONDARY);
  private static final long MOST_BYTES = 64 * 1024;
  private static final String HEADING =
      "# Keys of Lynxeye as SHA-256; change them with: lynxeye keys regenerate NAME";

  /** Whether the file exists. */
  public boolean exists() {
    return Files.exists(path);
  }

  @Override
  public Set<NamedKey> read() throws IOException {
    return Set.copyOf(keys().values());
  }

  /** The keys by name; the two that must be there come first. */
  public Map<String, NamedKey> keys() throws IOException {
    Map<String, NamedKey> keys = new TreeMap<>(order());
    String text = SmallFile.text(path, MOST_BYTES);
    if (ATTRIBUTES_AT_END.matcher(text).find()) {
      throw new IOException(path + " breaks off: its last line does not end in a line break");
    }
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      NamedKey key = key(line);
      if (keys.put(key.name(), key) != null) {
        throw new IOException(path + " has two lines '" + key.name() + "'");
      }
    }
    for (String name : NEEDED) {
      if (!keys.containsKey(name)) {
        throw new IOException(path + " has no line '" + name + " " + PREFIX + "...'");
      }
    }
    return keys;
  }

  private NamedKey key(String line) throws IOException {
    Matcher key = LINE.matcher(line);
    if (!key.matches() || !NamedKey.isName(key.group(1))) {
      throw notKeyFile(); // The line is not shown: it may be a key.
    }
    String name = key.group(1);
    KeyHash hash = new KeyHash(key.group(2).toLowerCase(Locale.ROOT));
    String words = key.group(3) == null ? "" : key.group(3).strip();
    try {
      KeyAttributes attributes =
          KeyAttributes.parse(words.isEmpty() ? List.of() : List.of(words.split("\\s+")));
      return new NamedKey(
          name, hash, attributes.role().orElse(NamedKey.usualRole(name)), attributes.limits());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s: wrong words after the hash of the key '%s'; %s"
              .formatted(path, name, e.getMessage()),
          e);
    }
  }

  /** By name, after the two that must be there. */
  private static Comparator<String> order() {
    return Comparator.<String>comparingInt(
            name -> NEEDED.contains(name) ? NEEDED.indexOf(name) : NEEDED.size())
        .thenComparing(Comparator.naturalOrder());
  }

  private IOException notKeyFile() {
    return new IOException(
        path
            + " is not a key file; make one with: lynxeye keys generate, or name another with --keys");
  }

  /**
   * Replaces the file atomically. Only its owner can read it. The keys that must be there come
   * last, so that a file that breaks off is noticed.
   *
   * @throws IOException when it cannot be written; the file is unchanged then
   */
  public void write(Collection<NamedKey> keys) throws IOException {
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = Files.createDirectories(target.getParent());
    List<NamedKey> ordered = new ArrayList<>(keys);
    ordered.sort(Comparator.comparing(NamedKey::name, order()).reversed());
    String text =
        ordered.stream().map(KeyFile::line).collect(Collectors.joining("\n", HEADING + "\n", "\n"));
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

  private static String line(NamedKey key) {
    return (key.name() + " " + PREFIX + key.hash().hex() + " " + KeyAttributes.text(key)).strip();
  }

  private static void move(Path fresh, Path target) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + target + " cannot replace a file at once", e);
    }
  }
}
