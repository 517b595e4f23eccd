package io.lynxeye.serving.store;

import io.lynxeye.serving.model.ArchiveName;
import io.lynxeye.serving.model.VersionNumber;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What names of files and folders in the store mean. */
final class Names {

  private static final Pattern LIKE_VERSION = Pattern.compile("[vV+-]?\\p{Nd}[\\p{Nd}.]*");

  /** Endings that copying programs, browsers and editors give to unfinished files. */
  private static final Pattern TEMPORARY =
      Pattern.compile(
          ".*(~|\\.(tmp|temp|part|partial|filepart|crdownload|download|aria2|swp|swx))",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final String VARIABLES = "variables/variables";
  private static final Pattern SHARD =
      Pattern.compile(Pattern.quote(VARIABLES) + "\\.data-[0-9]{5}-of-([0-9]{5})");

  private Names() {}

  /** Ignored: imports, Kubernetes volumes and operator settings use hidden names. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }

  /** Whether it is a version number, even one that is too large. */
  static boolean isVersion(String name) {
    return VersionNumber.isDigits(name);
  }

  /** Whether it is this version number, however it is written. */
  static boolean isVersion(String name, long version) {
    return VersionNumber.find(name).filter(number -> number.value() == version).isPresent();
  }

  /** Whether it is meant as a version and may not be one: {@code v1}, {@code 01}, {@code 1.0}. */
  static boolean isLikeVersion(String name) {
    return LIKE_VERSION.matcher(name).matches();
  }

  /** The file's name; of an archive without its ending. */
  static String withoutArchiveEnding(Path path) {
    String name = path.getFileName().toString();
    return ArchiveName.withoutEnding(name).orElse(name);
  }

  /**
   * Parses a version number.
   *
   * @throws IllegalArgumentException when it is too large; the message says so
   */
  static VersionNumber version(String name) {
    return VersionNumber.find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its version is larger than " + Long.MAX_VALUE + ": rename it"));
  }

  /** Whether it is documentation. */
  static boolean isDocumentation(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.startsWith("README") || upper.startsWith("LICENSE");
  }

  /**
   * The first missing file of a SavedModel's variables; empty when they are complete, or there are
   * none.
   *
   * @param files paths in the SavedModel's folder
   */
  static Optional<String> missingShard(Collection<String> files) {
    for (String file : files) {
      Matcher shard = SHARD.matcher(file);
      if (shard.matches()) {
        int count = Integer.parseInt(shard.group(1));
        return IntStream.rangeClosed(0, count)
            .mapToObj(
                i ->
                    i == count
                        ? VARIABLES + ".index"
                        : "%s.data-%05d-of-%05d".formatted(VARIABLES, i, count))
            .filter(name -> !files.contains(name))
            .findFirst();
      }
    }
    return files.contains(VARIABLES + ".index")
        ? Optional.of(VARIABLES + ".data-00000-of-00001")
        : Optional.empty();
  }
}
