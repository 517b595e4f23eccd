package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.KeyOptions;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.JwtConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.AuditLog;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Exposure;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Tokens;
import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.serving.admission.KeyLimits;
import io.lynxeye.telemetry.logging.AuditFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
              + " send instead of an API key, to score.")
  private Optional<Path> jwks;

  @Option(names = "--jwt-issuer", paramLabel = "URL", description = "Expected issuer.")
  private Optional<String> issuer;

  @Option(names = "--jwt-audience", paramLabel = "NAME", description = "Expected audience.")
  private Optional<String> audience;

  @Option(
      names = "--jwt-admin-scope",
      paramLabel = "NAME",
      description =
          "Tokens with this scope or role (in scp, scope or roles) may also manage models. Default:"
              + " no token may.")
  private Optional<String> adminScope;

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

  @Option(
      names = "--audit-log",
      paramLabel = "FILE",
      description =
          "Appends a line of JSON for every management call, also for refused ones: who, what,"
              + " result. Opened again if it was moved. Default: none.")
  private Optional<Path> auditLog;

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
    Optional<ApiKeys> valid = keys.read();
    Optional<Tokens> tokens = tokens();
    Optional<Authenticator> known =
        Stream.of(valid, tokens)
            .flatMap(Optional::stream)
            .map(Authenticator.class::cast)
            .reduce(Authenticator::or);
    Optional<Authenticator> callers = isOff ? Optional.empty() : known;
    Optional<Authenticator> administrators =
        isOff ? known.filter(Authenticator::hasAdministrators) : known;
    refuse(host, management, valid.isPresent(), callers.isPresent(), administrators);
    warn(isOff && !Exposure.isLoopback(host), host, management, administrators);
    FilePoller reloads = new FilePoller(POLL_INTERVAL);
    valid.ifPresent(some -> reloads.each(some::reload));
    tokens.ifPresent(some -> reloads.each(some::reload));
    needsKey = callers.isPresent();
    Protection protection = new Protection(config(endpoints), callers, administrators, reloads);
    return auditLog.isPresent() ? protection.with(audit(auditLog.get())) : protection;
  }

  private static AuditLog audit(Path file) throws Failure {
    try {
      return new AuditFile(file);
    } catch (IOException e) {
      throw Failure.misuse("cannot write to --audit-log " + file + ": " + e);
    }
  }

  private void refuse(
      String host,
      Optional<String> management,
      boolean hasKeys,
      boolean hasCallers,
      Optional<Authenticator> administrators)
      throws Failure {
    Optional<String> problem =
        Exposure.problem(
            auth,
            host,
            management,
            hasKeys,
            hasCallers,
            administrators.filter(Authenticator::hasAdministrators).isPresent());
    if (problem.isPresent()) {
      throw Failure.misuse(problem.get());
    }
  }

  private static void warn(
      boolean isOpen,
      String host,
      Optional<String> management,
      Optional<Authenticator> administrators) {
    if (isOpen) {
      log.warn("--auth none: every client that reaches {} can score images", host);
    }
    if (management.isPresent()
        && administrators.filter(some -> !some.hasAdministrators()).isPresent()) {
      log.warn(
          "no key may manage models, so the management port refuses every request; make an"
              + " administrator's key with lynxeye keys generate --admin, or set LYNXEYE_ADMIN_KEY");
    }
  }

  private Optional<Tokens> tokens() throws Failure {
    if (jwks.isEmpty() && issuer.isEmpty() && audience.isEmpty() && adminScope.isEmpty()) {
      return Optional.empty();
    }
    if (jwks.isEmpty() || issuer.isEmpty() || audience.isEmpty()) {
      throw Failure.misuse(
          "--jwt-jwks, --jwt-issuer and --jwt-audience go together: set all three, or none, and"
              + " --jwt-admin-scope with them only");
    }
    try {
      return Optional.of(
          new Tokens(
              new JwtConfig(jwks.get(), issuer.get(), audience.get(), adminScope),
              keys.limits().getOrDefault(Tokens.NAME, KeyLimits.NONE)));
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
