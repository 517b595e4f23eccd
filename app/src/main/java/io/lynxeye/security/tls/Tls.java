package io.lynxeye.security.tls;

import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.Reloadable;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for all ports, or none. When the files change, new connections get the new certificate and
 * are checked against the new client CA; open connections are kept. Thread-safe.
 */
public final class Tls {

  private static final Logger log = LoggerFactory.getLogger(Tls.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /**
   * The cipher suites of all ports, best first, as Java names them: with forward secrecy and
   * authenticated encryption. gRPC's own list is the same; docs/security.md states it.
   */
  public static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Vertx vertx;
  private final Optional<TlsConfig> config;
  private final List<Consumer<TlsMaterial>> ports = new ArrayList<>();
  private Optional<Reloadable<TlsFiles>> files = Optional.empty();
  private Optional<TlsMaterial> material = Optional.empty();

  /**
   * Reads nothing yet.
   *
   * @param vertx parses PEM
   * @param config empty = no TLS
   */
  public Tls(Vertx vertx, Optional<TlsConfig> config) {
    this.vertx = vertx;
    this.config = config;
  }

  /**
   * Reads the files. Call this before a port is opened.
   *
   * @throws IOException when they cannot be used, naming them
   */
  public synchronized void load() throws IOException {
    if (config.isPresent()) {
      TlsConfig paths = config.get();
      files =
          Optional.of(
              new Reloadable<>(
                  "the TLS certificate", () -> TlsFiles.read(paths), now -> use(now, paths)));
    }
  }

  private void use(TlsFiles now, TlsConfig paths) throws IOException {
    TlsMaterial checked = TlsMaterial.of(now, paths, vertx);
    material = Optional.of(checked);
    ports.forEach(port -> port.accept(checked));
  }

  /** Reads the files again. Blocks. */
  public synchronized void reload() {
    if (files.isPresent() && files.get().reload()) {
      log.info("the certificate has changed: {}", config.orElseThrow().certificate());
    }
  }

  /** The configuration; empty = no TLS. */
  public Optional<TlsConfig> config() {
    return config;
  }

  /** Passes the current certificate to a port, and every later one. */
  public synchronized void follow(Consumer<TlsMaterial> port) {
    ports.add(port);
    material.ifPresent(port);
  }

  /** Turns TLS on in the options of a server that is not open yet, if it is configured. */
  public synchronized <T extends NetServerOptions> T applyTo(T options) {
    if (material.isPresent()) {
      options.setSsl(true).setUseAlpn(config.orElseThrow().http2());
      configure(options.getSslOptions(), material.get());
    }
    return options;
  }

  /** Vert.x options for a server that is open. */
  public ServerSSLOptions options(TlsMaterial now) {
    return configure(new ServerSSLOptions(), now);
  }

  private ServerSSLOptions configure(ServerSSLOptions options, TlsMaterial now) {
    boolean http2 = config.orElseThrow().http2();
    options
        .setKeyCertOptions(now.pair())
        .setUseAlpn(http2)
        .setEnabledSecureTransportProtocols(PROTOCOLS);
    CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
    if (http2) {
      options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    }
    now.trust().ifPresent(ca -> options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(ca));
    return options;
  }
}
