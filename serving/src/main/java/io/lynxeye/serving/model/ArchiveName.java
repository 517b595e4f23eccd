package io.lynxeye.serving.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Recognises archives by their file name. */
public final class ArchiveName {

  /** Longer endings first. */
  private static final List<String> ENDINGS = List.of(".tar.gz", ".tgz", ".tar", ".zip", ".mar");

  private ArchiveName() {}

  /** The name without its archive ending, which may be in any case; empty if it has none. */
  public static Optional<String> withoutEnding(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    return ENDINGS.stream()
        .filter(lower::endsWith)
        .findFirst()
        .map(ending -> fileName.substring(0, fileName.length() - ending.length()));
  }
}
