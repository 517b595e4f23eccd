package io.lynxeye.cli;

import io.lynxeye.config.ConfigException;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.ApiKeys;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Exposure;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Reloads;
import io.lynxeye.security.Tokens;
import java.time.Duration;
import java.util.List;
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

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "Whose web pages may call the server from a browser, such as https://pages.example; can"
              + " be given again. Default: nobody's.")
  private List<String> corsOrigins = List.of();

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "Most connections at once; then those that have sent no request make room. Fewer where"
              + " the system does not allow as many open files. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4096")
  private int maxConnections;

  @Mixin private KeyOptions keys;
  @Mixin private JwtOptions jwt;
  @Mixin private TlsOptions tls;

  private volatile boolean needsKey;

  /**
   * Reads the keys, and says no to a server that strangers could use.
   *
   * @param host the address to score at
   */
  Protection protection(String host, ManagementConfig administrators) throws Failure {
    boolean isOff = auth.equals(Optional.of(Exposure.Auth.none));
    Optional<ApiKeys> valid = isOff ? Optional.empty() : keys.read();
    Optional<Tokens> tokens = isOff ? Optional.empty() : jwt.read();
    refuse(host, administrators, valid.isPresent(), valid.isPresent() || tokens.isPresent());
    if (isOff && !Exposure.isLoopback(host)) {
      log.warn("--auth none: whoever reaches {} can have pictures scored", host);
    }
    Reloads reloads = new Reloads(LOOK);
    valid.ifPresent(some -> reloads.each(some::reload));
    tokens.ifPresent(some -> reloads.each(some::reload));
    Optional<Authenticator> holders = valid.map(some -> some);
    Optional<Authenticator> callers =
        tokens
            .<Authenticator>map(some -> holders.map(keys -> keys.or(some)).orElse(some))
            .or(() -> holders);
    needsKey = callers.isPresent();
    return new Protection(config(), callers, holders, reloads);
  }

  private void refuse(
      String host, ManagementConfig administrators, boolean hasKeys, boolean hasCallers)
      throws Failure {
    Optional<String> management =
        administrators.isOn() ? Optional.of(administrators.host()) : Optional.empty();
    Optional<String> problem = Exposure.problem(auth, host, management, hasKeys, hasCallers);
    if (problem.isPresent()) {
      throw Failure.misuse(problem.get());
    }
  }

  /** How the addresses of both ports begin. */
  String scheme() {
    return tls.isOn() ? "https" : "http";
  }

  /** What curl must be told besides. */
  String curl() {
    return needsKey ? "-H \"x-api-key: $KEY\" " : "";
  }

  private SecurityConfig config() throws Failure {
    try {
      return new SecurityConfig(
          ConnectionLimits.DEFAULT.with(OpenFiles.within(maxConnections)),
          tls.config(),
          corsOrigins);
    } catch (ConfigException e) {
      throw Failure.misuse(e.getMessage());
    }
  }
}
