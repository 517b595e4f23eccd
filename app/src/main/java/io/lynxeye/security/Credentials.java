package io.lynxeye.security;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a caller shows, in either of the two ways there are.
 *
 * @param authorization {@code Bearer KEY}; null where there is none
 * @param apiKey the key itself; null where there is none
 */
public record Credentials(String authorization, String apiKey) {

  private static final String SCHEME = "Bearer ";

  /** Whether they are let in. Each is asked, so that nothing tells which one was right. */
  public boolean areKnownTo(Authenticator callers) {
    return shown().filter(callers::admits).count() > 0;
  }

  private Stream<String> shown() {
    return Stream.concat(
        Optional.ofNullable(authorization)
            .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(header -> header.substring(SCHEME.length()).strip())
            .stream(),
        Optional.ofNullable(apiKey).map(String::strip).stream());
  }

  /** Not for logs. */
  @Override
  public String toString() {
    return "credentials";
  }
}
