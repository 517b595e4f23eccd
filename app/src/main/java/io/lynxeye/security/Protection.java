package io.lynxeye.security;

import io.lynxeye.config.SecurityConfig;
import io.lynxeye.serving.admission.KeyLimiter;
import java.time.Duration;
import java.util.Optional;

/**
 * Authentication, limits and audit of a server.
 *
 * @param config what does not change while the server runs
 * @param callers authenticates requests to score; empty = everyone may score
 * @param administrators authenticates requests to manage models, which need {@link Role#ADMIN};
 *     empty = no key is needed
 * @param limiter limits what each key uses, on all ports together
 * @param audit receives every call that manages models
 * @param reloads reloads keys and certificates; the server starts and closes it
 */
public record Protection(
    SecurityConfig config,
    Optional<Authenticator> callers,
    Optional<Authenticator> administrators,
    KeyLimiter limiter,
    AuditLog audit,
    FilePoller reloads) {

  /** A server that keeps no audit log. */
  public Protection(
      SecurityConfig config,
      Optional<Authenticator> callers,
      Optional<Authenticator> administrators,
      FilePoller reloads) {
    this(config, callers, administrators, new KeyLimiter(System::nanoTime), AuditLog.NONE, reloads);
  }

  /** Returns the same with an audit log. */
  public Protection with(AuditLog log) {
    return new Protection(config, callers, administrators, limiter, log, reloads);
  }

  /** No authentication, as on the loopback without keys. */
  public static Protection none() {
    return new Protection(
        SecurityConfig.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        new FilePoller(Duration.ofSeconds(1)));
  }
}
