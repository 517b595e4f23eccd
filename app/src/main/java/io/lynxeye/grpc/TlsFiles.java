package io.lynxeye.grpc;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.CertifiedKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What the files of TLS hold at one moment, PEM.
 *
 * @param certificate the server's chain
 * @param key its private key
 * @param clientCa whose certificates clients must show
 */
record TlsFiles(String certificate, String key, Optional<String> clientCa) {

  static TlsFiles read(TlsConfig files) throws IOException {
    return new TlsFiles(
        Files.readString(files.certificate(), StandardCharsets.ISO_8859_1),
        Files.readString(files.key(), StandardCharsets.ISO_8859_1),
        files.clientCa().isPresent()
            ? Optional.of(Files.readString(files.clientCa().get(), StandardCharsets.ISO_8859_1))
            : Optional.empty());
  }

  /**
   * Has what was read used from now on, if all of it can be.
   *
   * @throws IOException when it cannot, naming the files
   */
  void load(
      TlsConfig files, AdvancedTlsX509KeyManager identity, AdvancedTlsX509TrustManager clients)
      throws IOException {
    try {
      X509Certificate[] chain = certificates(certificate);
      PrivateKey own = CertificateUtils.getPrivateKey(stream(key));
      if (!CertifiedKey.isPair(own, chain[0].getPublicKey())) {
        throw new CertificateException("the key is not the certificate's");
      }
      if (clientCa.isPresent()) {
        clients.updateTrustCredentials(certificates(clientCa.get()));
      }
      identity.updateIdentityCredentials(chain, own);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException(
          "%s and %s%s cannot be used: %s"
              .formatted(
                  files.certificate(),
                  files.key(),
                  files.clientCa().map(ca -> ", or " + ca).orElse(""),
                  e.getMessage()),
          e);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static X509Certificate[] certificates(String pem) throws CertificateException {
    X509Certificate[] all = CertificateUtils.getX509Certificates(stream(pem));
    if (all.length == 0) {
      throw new CertificateException("there is no certificate");
    }
    return all;
  }
}
