package io.lynxeye.security;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The credentials in a request, which has two headers for them.
 *
 * @param authorization {@code Bearer KEY}, or null
 * @param apiKey the key itself, or null
 */
public record Credentials(String authorization, String apiKey) {

  private static final String SCHEME = "Bearer ";

  /**
   * Finds the caller; empty = neither credential is valid. Checks both, so that the time does not
   * show which was right.
   */
  public Optional<Caller> caller(Authenticator callers) {
    return Authenticator.mostPowerful(shown().map(callers::find));
  }

  private Stream<String> shown() {
    return Stream.concat(
        Optional.ofNullable(authorization)
            .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(header -> header.substring(SCHEME.length()).strip())
            .stream(),
        Optional.ofNullable(apiKey).map(String::strip).stream());
  }

  /** Hides the credentials from logs. */
  @Override
  public String toString() {
    return "credentials";
  }
}
