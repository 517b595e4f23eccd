package io.lynxeye.store;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the name of a file or folder in the store says about it. */
final class Names {

  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]*");

  /** What copying and downloading programs and editors call a file they have not finished. */
  private static final List<String> TEMPORARY =
      List.of(
          ".tmp",
          ".temp",
          ".part",
          ".partial",
          ".filepart",
          ".crdownload",
          ".download",
          ".aria2",
          ".swp",
          ".swx",
          "~");

  private Names() {}

  /** Not looked at: that is where imports, links of volumes and operators' settings live. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  static boolean isTemporary(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return TEMPORARY.stream().anyMatch(lower::endsWith);
  }

  /** Whether it is a version, of whatever size. */
  static boolean isVersion(String name) {
    return VERSION.matcher(name).matches();
  }

  /**
   * The version of that name.
   *
   * @throws IllegalArgumentException when it is too large, in words
   */
  static int version(String name) {
    try {
      return Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "its version is larger than " + Integer.MAX_VALUE + ": rename it", e);
    }
  }

  /** A file that explains the store or a model to people. */
  static boolean isForPeople(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("README") || upper.startsWith("LICENSE");
  }
}
