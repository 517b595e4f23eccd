package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.ModelFolder;
import io.lynxeye.serving.layout.UnusableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file, or a folder with everything in it, hidden files included, as one scan saw it.
 *
 * @param root its path
 * @param files attributes of files and folders by path relative to the root, with {@code /}; a root
 *     that is a file has the empty path
 */
record FileTree(Path root, SortedMap<String, BasicFileAttributes> files) {

  /**
   * Reads all attributes; opens no file.
   *
   * @throws UnusableException when something in it is refused; names it
   */
  static FileTree of(Path root, Disk disk) throws IOException, UnusableException {
    SortedMap<String, BasicFileAttributes> files = new TreeMap<>();
    BasicFileAttributes own = disk.attributes(root);
    if (own.isDirectory()) {
      walk(root, "", disk, files, List.of(own));
    } else {
      files.put("", own);
    }
    return new FileTree(root, files);
  }

  private static void walk(
      Path folder,
      String prefix,
      Disk disk,
      Map<String, BasicFileAttributes> files,
      List<BasicFileAttributes> above)
      throws IOException, UnusableException {
    for (Path child : disk.children(folder)) {
      String name = prefix + child.getFileName();
      BasicFileAttributes attributes = attributes(child, name, disk);
      files.put(name, attributes);
      if (attributes.isDirectory()) {
        if (above.stream().anyMatch(other -> isSame(other, attributes))) {
          throw new UnusableException(name + " is a link that leads back to a folder it lies in");
        }
        List<BasicFileAttributes> nextAbove = new ArrayList<>(above);
        nextAbove.add(attributes);
        walk(child, name + "/", disk, files, nextAbove);
      }
    }
  }

  private static BasicFileAttributes attributes(Path path, String name, Disk disk)
      throws IOException, UnusableException {
    try {
      return disk.attributes(path);
    } catch (UnusableException e) {
      throw new UnusableException(name + " " + e.getMessage());
    }
  }

  private static boolean isSame(BasicFileAttributes one, BasicFileAttributes other) {
    return one.fileKey() != null && one.fileKey().equals(other.fileKey());
  }

  /** The attributes of the root, where that is a file. */
  Optional<BasicFileAttributes> file() {
    return Optional.ofNullable(files.get(""));
  }

  /** The names of its files that are not hidden, nor in hidden folders. */
  ModelFolder modelFolder() {
    NavigableSet<String> names = new TreeSet<>(files.keySet());
    names.removeIf(
        name ->
            !isFile(name) || Pattern.compile("/").splitAsStream(name).anyMatch(Names::isHidden));
    return new ModelFolder(root, names);
  }

  /**
   * The folder itself, or the one folder that is all it holds, hidden files aside. A folder that is
   * named like a version is not entered: it would be served as another version without notice.
   */
  FileTree top() {
    List<String> visible =
        files.keySet().stream()
            .filter(name -> !name.contains("/") && !Names.isHidden(name))
            .toList();
    if (visible.size() != 1 || isFile(visible.get(0)) || Names.isLikeVersion(visible.get(0))) {
      return this;
    }
    String prefix = visible.get(0) + "/";
    SortedMap<String, BasicFileAttributes> inner = new TreeMap<>();
    files.forEach(
        (name, attributes) -> {
          if (name.startsWith(prefix)) {
            inner.put(name.substring(prefix.length()), attributes);
          }
        });
    return new FileTree(root.resolve(visible.get(0)), inner);
  }

  boolean isFile(String name) {
    return files.containsKey(name) && files.get(name).isRegularFile();
  }

  /** A digest of the attributes: changes when a file is added, removed, replaced or written. */
  String fingerprint() {
    return digest(
        files.entrySet().stream()
            .map(entry -> entry.getKey() + "\0" + state(entry.getValue()))
            .collect(Collectors.joining("\n")));
  }

  private static String state(BasicFileAttributes attributes) {
    return attributes.isDirectory() ? "folder" : identity(attributes);
  }

  /**
   * Changes when a file is written or replaced, even by one of the same size and time: that one has
   * another file key, on file systems that have keys.
   */
  static String identity(BasicFileAttributes file) {
    return file.size() + " " + file.lastModifiedTime() + " " + file.fileKey();
  }

  /** The first 16 bytes of the text's SHA-256, in hexadecimal. */
  static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
