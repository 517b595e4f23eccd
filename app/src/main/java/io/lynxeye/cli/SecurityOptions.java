package io.lynxeye.cli;

import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.ApiKeys;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Exposure;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Reloads;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What protects the server: options of {@code serve}. */
final class SecurityOptions {

  private static final Logger log = LoggerFactory.getLogger(SecurityOptions.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(
      names = "--auth",
      paramLabel = "keys|none",
      description =
          "Whether callers must show a key. Default: keys, if there are any; without, the server"
              + " listens on this machine alone.")
  private Optional<Exposure.Auth> auth;

  @Mixin private KeyOptions keys;

  /**
   * Reads the keys, and says no to a server that strangers could use.
   *
   * @param host the address to score at
   */
  Protection protection(String host, ManagementConfig administrators) throws Failure {
    boolean isOff = auth.equals(Optional.of(Exposure.Auth.none));
    Optional<ApiKeys> valid = isOff ? Optional.empty() : keys.read();
    Optional<String> management =
        administrators.isOn() ? Optional.of(administrators.host()) : Optional.empty();
    Optional<String> problem =
        Exposure.problem(auth, host, management, valid.isPresent(), valid.isPresent());
    if (problem.isPresent()) {
      throw Failure.misuse(problem.get());
    }
    Reloads reloads = new Reloads(LOOK);
    valid.ifPresent(some -> reloads.each(some::reload));
    if (isOff && !Exposure.isLoopback(host)) {
      log.warn("--auth none: whoever reaches {} can have pictures scored", host);
    }
    Optional<Authenticator> callers = valid.map(some -> some);
    return new Protection(SecurityConfig.DEFAULT, callers, callers, reloads);
  }
}
