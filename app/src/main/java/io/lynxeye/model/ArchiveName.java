package io.lynxeye.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the name of a file says about its being an archive. */
public final class ArchiveName {

  /** Longer endings first. */
  private static final List<String> ENDINGS = List.of(".tar.gz", ".tgz", ".tar", ".zip", ".mar");

  private ArchiveName() {}

  /** The name without the ending, in whatever case that is; empty for what is no archive. */
  public static Optional<String> withoutEnding(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    return ENDINGS.stream()
        .filter(lower::endsWith)
        .findFirst()
        .map(ending -> fileName.substring(0, fileName.length() - ending.length()));
  }
}
