package io.lynxeye.http;

import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.CertifiedKey;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * What the files of TLS hold at one moment.
 *
 * @param certificate the server's chain, PEM
 * @param key its private key, PEM
 * @param clientCa whose certificates clients must show, PEM
 * @param http2 whether clients that want it get HTTP/2
 */
record TlsMaterial(Buffer certificate, Buffer key, Optional<Buffer> clientCa, boolean http2) {

  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /**
   * Reads the files; what is in them is for {@link #check} to say.
   *
   * @throws IOException when one cannot be read, naming it
   */
  static TlsMaterial read(TlsConfig files) throws IOException {
    return new TlsMaterial(
        content(files.certificate()),
        content(files.key()),
        files.clientCa().isPresent()
            ? Optional.of(content(files.clientCa().get()))
            : Optional.empty(),
        files.http2());
  }

  private static Buffer content(Path file) throws IOException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e, e);
    }
  }

  /**
   * Tries out what was read.
   *
   * @throws IOException when it cannot be used, naming the file
   */
  TlsMaterial check(Vertx vertx, TlsConfig files) throws IOException {
    try {
      KeyManager[] managers = pair().getKeyManagerFactory(vertx).getKeyManagers();
      if (!isPair((X509KeyManager) managers[0])) {
        throw new IOException(
            files.key() + " is not the key of the certificate in " + files.certificate());
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // Vert.x declares no less.
      throw new IOException(
          "%s and %s are not a certificate and its private key in PEM, without a password"
              .formatted(files.certificate(), files.key()),
          e);
    }
    if (clientCa.isPresent()) {
      try {
        trust(clientCa.get()).getTrustManagerFactory(vertx);
      } catch (Exception e) {
        throw new IOException(files.clientCa().get() + " has no certificate in PEM", e);
      }
    }
    return this;
  }

  private static boolean isPair(X509KeyManager manager) throws GeneralSecurityException {
    for (String type : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
      String[] names = manager.getServerAliases(type, null);
      if (names != null) {
        return CertifiedKey.isPair(
            manager.getPrivateKey(names[0]),
            manager.getCertificateChain(names[0])[0].getPublicKey());
      }
    }
    return false;
  }

  private PemKeyCertOptions pair() {
    return new PemKeyCertOptions().setCertValue(certificate).setKeyValue(key);
  }

  private static PemTrustOptions trust(Buffer certificates) {
    return new PemTrustOptions().addCertValue(certificates);
  }

  /** For a server that is to be opened. */
  HttpServerOptions applyTo(HttpServerOptions options) {
    options.setSsl(true).setUseAlpn(http2).setKeyCertOptions(pair());
    options.setEnabledSecureTransportProtocols(PROTOCOLS);
    clientCa.ifPresent(
        certificates ->
            options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(trust(certificates)));
    return options;
  }

  /** For one that is open. */
  ServerSSLOptions options() {
    ServerSSLOptions options = new ServerSSLOptions();
    options
        .setKeyCertOptions(pair())
        .setUseAlpn(http2)
        .setEnabledSecureTransportProtocols(PROTOCOLS);
    if (http2) {
      options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    }
    clientCa.ifPresent(
        certificates ->
            options.setClientAuth(ClientAuth.REQUIRED).setTrustOptions(trust(certificates)));
    return options;
  }
}
