package io.lynxeye.store;

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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A file, or a folder with everything in it, hidden things too, as one look saw it.
 *
 * @param root where it is
 * @param files attributes by path relative to the root, with {@code /}; folders too
 */
record FileTree(Path root, SortedMap<String, BasicFileAttributes> files) {

  /**
   * Looks at all of it; opens nothing.
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

  boolean isFile(String name) {
    return files.containsKey(name) && files.get(name).isRegularFile();
  }

  /** The plain files at the top, by name. */
  List<String> topFiles() {
    return files.keySet().stream().filter(name -> !name.contains("/") && isFile(name)).toList();
  }

  /** Changes when any file is added, removed, replaced or written; from attributes alone. */
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
   * Changes when a file is written or another takes its place, also one of the same size and time:
   * its key, where the file system has one, is another then.
   */
  static String identity(BasicFileAttributes file) {
    return file.size() + " " + file.lastModifiedTime() + " " + file.fileKey();
  }

  /** A short name for a text. */
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
