package io.lynxeye.serving.manifest;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Selects a model's versions to serve: {@code versions=latest:2}, {@code all} or {@code 1,3}. */
public sealed interface VersionRule {

  /** The newest versions, up to this count. */
  record Latest(int count) implements VersionRule {}

  /** Every version. */
  record All() implements VersionRule {}

  /** Only these versions. */
  record Only(Set<Long> versions) implements VersionRule {
    public Only {
      versions = Set.copyOf(versions);
    }
  }

  /** Only the newest version: the default. */
  static VersionRule newest() {
    return new Latest(1);
  }

  /**
   * Parses the value in a manifest.
   *
   * @throws IllegalArgumentException when it has none of the three forms, or a version is too large
   */
  static VersionRule parse(String text) {
    String rule = text.replace(" ", "");
    if (rule.equals("all")) {
      return new All();
    }
    if (rule.equals("latest")) {
      return newest();
    }
    if (rule.matches("latest:[1-9][0-9]{0,3}")) {
      return new Latest(Integer.parseInt(rule.substring("latest:".length())));
    }
    if (rule.matches("[0-9]+(,[0-9]+)*")) {
      return new Only(
          Pattern.compile(",")
              .splitAsStream(rule)
              .map(version -> ManifestValues.version("versions", version))
              .collect(Collectors.toSet()));
    }
    throw new IllegalArgumentException(
        "versions=" + text + " is not one of latest, latest:N, all, or versions such as 1,3");
  }

  /** The value in a manifest. */
  default String text() {
    if (this instanceof Latest latest) {
      return "latest:" + latest.count();
    }
    return this instanceof Only only
        ? Arrays.toString(new TreeSet<>(only.versions()).toArray()).replaceAll("[\\[\\] ]", "")
        : "all";
  }
}
