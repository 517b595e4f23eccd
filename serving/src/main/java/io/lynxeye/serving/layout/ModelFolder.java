package io.lynxeye.serving.layout;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The folder of a version, or the one that holds a model's version folders.
 *
 * @param root its path
 * @param files its regular files, also those in subfolders: paths relative to the root, with {@code
 *     /}
 */
public record ModelFolder(Path root, NavigableSet<String> files) {

  /** The largest text file that is read: the labels of 20 000 classes as JSON have 2 MB. */
  private static final long MAX_TEXT_BYTES = 10_000_000;

  /** Whether there is such a file. */
  public boolean has(String file) {
    return files.contains(file);
  }

  /** The first of these files that is there. */
  Optional<String> first(List<String> candidates) {
    return candidates.stream().filter(files::contains).findFirst();
  }

  /** The names of the files directly in a subfolder; {@code ""} is the root. */
  List<String> namesIn(String subfolder) {
    return files.stream()
        .filter(file -> file.startsWith(subfolder))
        .map(file -> file.substring(subfolder.length()))
        .filter(name -> !name.contains("/"))
        .toList();
  }

  /** The files in a subfolder and below it, relative to it. */
  public NavigableSet<String> below(String subfolder) {
    NavigableSet<String> below = new TreeSet<>();
    files.stream()
        .filter(file -> file.startsWith(subfolder))
        .forEach(file -> below.add(file.substring(subfolder.length())));
    return below;
  }

  /** The path of a file. */
  Path path(String file) {
    return root.resolve(file);
  }

  /**
   * The content of a text file.
   *
   * @throws UnusableException when it is not UTF-8 text, or too large
   */
  String text(String file) throws IOException, UnusableException {
    Path path = path(file);
    if (Files.size(path) > MAX_TEXT_BYTES) {
      throw new UnusableException(file + " is larger than 10 MB, too large to be read: shorten it");
    }
    try {
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      throw new UnusableException(file + " is not UTF-8 text: save it as UTF-8");
    }
  }
}
