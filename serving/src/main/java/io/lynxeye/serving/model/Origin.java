package io.lynxeye.serving.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * Where a request comes from, as far as the choice of its version and later feedback need it.
 *
 * @param requestId the id in the response; empty for what no client sent
 * @param key the name of the caller's key; empty without one
 * @param header the value of a header, or of a metadata entry, by its name in lower case
 */
public record Origin(
    String requestId, Optional<String> key, Function<String, Optional<String>> header) {

  /** The server itself, which always gets the serving version. */
  public static final Origin NONE = new Origin("", Optional.empty(), name -> Optional.empty());

  /** The header, or the metadata entry, that names a version: a number or a label. */
  public static final String VERSION_HEADER = "x-model-version";

  /** Groups callers by their request: each one is drawn again. */
  public static final String BY_REQUEST = "request";

  /** Groups callers by the name of their key. */
  public static final String BY_KEY = "key";

  /**
   * The version that a request is for.
   *
   * @param named what its address or message says, which the header may only repeat
   * @throws IllegalArgumentException if the header is no version, or another one
   */
  public VersionChoice choose(VersionChoice named) {
    Optional<VersionChoice> asked = header.apply(VERSION_HEADER).map(Origin::parse);
    boolean isNamed = !(named instanceof VersionChoice.Newest);
    if (isNamed && asked.isPresent() && !asked.get().equals(named)) {
      throw new IllegalArgumentException(
          "the request names%s, and its header %s%s; leave one of them out"
              .formatted(named, VERSION_HEADER, asked.get()));
    }
    return isNamed ? named : asked.orElseGet(() -> new VersionChoice.Newest(this));
  }

  private static VersionChoice parse(String text) {
    try {
      return VersionChoice.parse(text.trim());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the header " + VERSION_HEADER + " " + e.getMessage(), e);
    }
  }

  /**
   * What identifies the caller.
   *
   * @param by {@link #BY_REQUEST}, {@link #BY_KEY}, or the name of a header
   * @return the request id where the request has no key or no such header
   */
  public String caller(String by) {
    Optional<String> value =
        switch (by) {
          case BY_REQUEST -> Optional.empty();
          case BY_KEY -> key;
          default -> header.apply(by);
        };
    return value.filter(text -> !text.isBlank()).orElse(requestId);
  }
}
