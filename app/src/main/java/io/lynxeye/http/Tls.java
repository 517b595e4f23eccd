package io.lynxeye.http;

import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.Complaint;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS on both ports, or none. Follows its files: connections that are opened after they have
 * changed see the new certificate, those that are open go on.
 */
public final class Tls {

  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  private final Vertx vertx;
  private final Optional<TlsConfig> files;
  private final Complaint complaint = new Complaint();
  private final List<HttpListener> ports = new CopyOnWriteArrayList<>();
  private volatile Optional<TlsMaterial> material = Optional.empty();

  /**
   * Reads nothing yet.
   *
   * @param files empty = no TLS
   */
  public Tls(Vertx vertx, Optional<TlsConfig> files) {
    this.vertx = vertx;
    this.files = files;
  }

  /**
   * Reads the files; before a port is opened.
   *
   * @throws IOException when they cannot be used, naming them
   */
  public void load() throws IOException {
    if (files.isPresent()) {
      material = Optional.of(TlsMaterial.read(files.get()).check(vertx, files.get()));
    }
  }

  /** Has this port told of every change. */
  public void follow(HttpListener port) {
    ports.add(port);
  }

  HttpServerOptions applyTo(HttpServerOptions options) {
    return material.map(now -> now.applyTo(options)).orElse(options);
  }

  /** Looks whether the files have changed. From one thread, which it blocks. */
  public void reload() {
    if (files.isEmpty()) {
      return;
    }
    try {
      TlsMaterial now = TlsMaterial.read(files.get());
      if (!Optional.of(now).equals(material)) {
        material = Optional.of(now.check(vertx, files.get()));
        ports.forEach(port -> port.update(now.options()));
        log.info("the certificate has changed: {}", files.get().certificate());
      }
      complaint.over();
    } catch (IOException e) {
      if (complaint.isNew(e.getMessage())) {
        log.warn("keeping the certificate there was: {}", e.getMessage());
      }
    }
  }
}
