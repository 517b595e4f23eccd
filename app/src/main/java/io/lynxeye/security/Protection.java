package io.lynxeye.security;

import io.lynxeye.config.SecurityConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * What protects a server.
 *
 * @param config what does not change while it runs
 * @param callers who may score; empty = everybody
 * @param administrators who may use the management port; empty = everybody who reaches it
 * @param reloads has the files looked at that these were made of; the server starts and closes it
 */
public record Protection(
    SecurityConfig config,
    Optional<Authenticator> callers,
    Optional<Authenticator> administrators,
    Reloads reloads) {

  /** Everybody is let in, as on the loopback without keys. */
  public static Protection none() {
    return new Protection(
        SecurityConfig.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        new Reloads(Duration.ofSeconds(1)));
  }
}
