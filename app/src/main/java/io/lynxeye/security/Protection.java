package io.lynxeye.security;

import io.lynxeye.config.SecurityConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Authentication and limits of a server.
 *
 * @param config what does not change while the server runs
 * @param callers authenticates requests to score; empty = everyone may score
 * @param administrators authenticates requests to the management port; empty = no key is needed
 * @param reloads reloads keys and certificates; the server starts and closes it
 */
public record Protection(
    SecurityConfig config,
    Optional<Authenticator> callers,
    Optional<Authenticator> administrators,
    FilePoller reloads) {

  /** No authentication, as on the loopback without keys. */
  public static Protection none() {
    return new Protection(
        SecurityConfig.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        new FilePoller(Duration.ofSeconds(1)));
  }
}
