package io.lynxeye.security.keys;

import io.lynxeye.security.Role;
import io.lynxeye.serving.admission.KeyLimits;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a key may do and use, as words: {@code admin requests=10 images=50 concurrent=4}.
 *
 * @param role empty = the usual role of a key of this name
 */
record KeyAttributes(Optional<Role> role, KeyLimits limits) {

  private enum Limit {
    REQUESTS,
    IMAGES,
    CONCURRENT;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern LIMIT =
      Pattern.compile("(requests|images|concurrent)=([1-9][0-9]{0,8})");

  /**
   * Reads words.
   *
   * @throws IllegalArgumentException with the unknown word and what is known
   */
  static KeyAttributes parse(List<String> words) {
    Optional<Role> role = Optional.empty();
    Map<Limit, Integer> limits = new EnumMap<>(Limit.class);
    for (String word : words) {
      Matcher limit = LIMIT.matcher(word);
      Optional<Role> named =
          Stream.of(Role.values()).filter(one -> one.word().equals(word)).findFirst();
      if (named.isPresent() && role.isEmpty()) {
        role = named;
      } else if (!limit.matches()
          || limits.putIfAbsent(
                  Limit.valueOf(limit.group(1).toUpperCase(Locale.ROOT)),
                  Integer.valueOf(limit.group(2)))
              != null) {
        throw new IllegalArgumentException(
            "use each of these at most once: 'score' or 'admin', and limits such as requests=10"
                + " images=50 (per second) concurrent=4");
      }
    }
    return new KeyAttributes(
        role,
        new KeyLimits(
            limit(limits, Limit.REQUESTS),
            limit(limits, Limit.IMAGES),
            limit(limits, Limit.CONCURRENT)));
  }

  private static OptionalInt limit(Map<Limit, Integer> limits, Limit which) {
    Integer value = limits.get(which);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** The words of a key, which {@link #parse} reads. */
  static String text(NamedKey key) {
    Stream<String> role =
        key.role() == NamedKey.usualRole(key.name()) && key.role() == Role.SCORE
            ? Stream.empty()
            : Stream.of(key.role().word());
    KeyLimits limits = key.limits();
    Stream<String> limited =
        Stream.of(
                word(Limit.REQUESTS, limits.requestsPerSecond()),
                word(Limit.IMAGES, limits.imagesPerSecond()),
                word(Limit.CONCURRENT, limits.concurrent()))
            .filter(word -> !word.isEmpty());
    return Stream.concat(role, limited).collect(Collectors.joining(" "));
  }

  private static String word(Limit limit, OptionalInt value) {
    return value.isPresent() ? limit.word() + "=" + value.getAsInt() : "";
  }
}
