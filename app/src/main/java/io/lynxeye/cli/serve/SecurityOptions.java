package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.KeyOptions;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.JwtConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Exposure;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Tokens;
import io.lynxeye.security.keys.ApiKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Authentication, TLS and limits of connections: options of {@code serve}. */
final class SecurityOptions {

  private static final Logger log = LoggerFactory.getLogger(SecurityOptions.class);
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  @Option(
      names = "--auth",
      paramLabel = "keys|none",
      description =
          "Whether clients must send an API key. Default: keys, if there are any; otherwise the"
              + " server listens on this machine only.")
  private Optional<Exposure.Auth> auth;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      split = ",",
      description =
          "An origin of web pages that may call the server from a browser, such as"
              + " https://pages.example; repeatable. Default: none.")
  private List<String> corsOrigins = List.of();

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "The maximum number of open connections per port; beyond it, connections that have sent no request"
              + " are closed. Lower where the system limits open files. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4096")
  private int maxConnections;

  @Option(
      names = "--jwt-jwks",
      paramLabel = "FILE",
      description =
          "The public keys of an issuer of JSON Web Tokens (RS256, ES256), which clients may then"
              + " send instead of an API key, except to the management port.")
  private Optional<Path> jwks;

  @Option(names = "--jwt-issuer", paramLabel = "URL", description = "Expected issuer.")
  private Optional<String> issuer;

  @Option(names = "--jwt-audience", paramLabel = "NAME", description = "Expected audience.")
  private Optional<String> audience;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM: the server's certificate and its chain. With --tls-key: https only.")
  private Optional<Path> certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM: the private key of the certificate.")
  private Optional<Path> key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "PEM: clients must present a certificate issued by one of these.")
  private Optional<Path> clientCa;

  @Option(
      names = "--http2",
      fallbackValue = "true",
      description =
          "With TLS, offer HTTP/2. When the server stops, Java's own HTTP client then loses the"
              + " responses it waits for.")
  private boolean http2;

  @Mixin private KeyOptions keys;

  private volatile boolean needsKey;

  /**
   * Reads the keys; refuses a configuration that would leave the server unprotected.
   *
   * @param host the address of the scoring ports
   * @param endpoints those that the server has in addition to HTTP
   */
  Protection protection(String host, List<EndpointConfig> endpoints) throws Failure {
    Optional<String> management =
        endpoints.stream()
            .filter(endpoint -> endpoint.kind() == EndpointConfig.Kind.MANAGEMENT)
            .map(EndpointConfig::host)
            .findFirst();
    boolean isOff = auth.equals(Optional.of(Exposure.Auth.none));
    Optional<ApiKeys> valid = isOff ? Optional.empty() : keys.read();
    Optional<Tokens> tokens = isOff ? Optional.empty() : tokens();
    refuse(host, management, valid.isPresent(), valid.isPresent() || tokens.isPresent());
    if (isOff && !Exposure.isLoopback(host)) {
      log.warn("--auth none: every client that reaches {} can score images", host);
    }
    FilePoller reloads = new FilePoller(POLL_INTERVAL);
    valid.ifPresent(some -> reloads.each(some::reload));
    tokens.ifPresent(some -> reloads.each(some::reload));
    Optional<Authenticator> holders = valid.map(some -> some);
    Optional<Authenticator> callers =
        tokens
            .<Authenticator>map(some -> holders.map(keys -> keys.or(some)).orElse(some))
            .or(() -> holders);
    needsKey = callers.isPresent();
    return new Protection(config(endpoints), callers, holders, reloads);
  }

  private void refuse(String host, Optional<String> management, boolean hasKeys, boolean hasCallers)
      throws Failure {
    Optional<String> problem = Exposure.problem(auth, host, management, hasKeys, hasCallers);
    if (problem.isPresent()) {
      throw Failure.misuse(problem.get());
    }
  }

  private Optional<Tokens> tokens() throws Failure {
    if (jwks.isEmpty() && issuer.isEmpty() && audience.isEmpty()) {
      return Optional.empty();
    }
    if (jwks.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
      throw Failure.misuse(
          "--jwt-jwks, --jwt-issuer and --jwt-audience go together: set all three, or none");
    }
    try {
      return Optional.of(new Tokens(new JwtConfig(jwks.get(), issuer.get(), audience.get())));
    } catch (IOException e) {
      throw Failure.misuse(e.getMessage());
    }
  }

  private SecurityConfig config(List<EndpointConfig> endpoints) throws Failure {
    List<EndpointConfig.Kind> ports = new ArrayList<>(List.of(EndpointConfig.Kind.HTTP));
    endpoints.forEach(endpoint -> ports.add(endpoint.kind()));
    try {
      return new SecurityConfig(
          ConnectionLimits.DEFAULT.with(OpenFiles.within(maxConnections, ports)),
          tls(),
          corsOrigins);
    } catch (ConfigException e) {
      throw Failure.misuse(e.getMessage());
    }
  }

  private Optional<TlsConfig> tls() throws Failure {
    if (certificate.isPresent() != key.isPresent()) {
      throw Failure.misuse("--tls-cert and --tls-key go together: set both, or none");
    }
    if (certificate.isEmpty() && (clientCa.isPresent() || http2)) {
      throw Failure.misuse("--tls-client-ca and --http2 need --tls-cert and --tls-key");
    }
    return certificate.map(file -> new TlsConfig(file, key.orElseThrow(), clientCa, http2));
  }

  /** The URL scheme of the HTTP, management and metrics ports. */
  String scheme() {
    return certificate.isPresent() ? "https" : "http";
  }

  /** The arguments that authenticate curl. */
  String curl() {
    return needsKey ? "-H \"x-api-key: $KEY\" " : "";
  }
}
