package io.lynxeye.security.tls;

import io.lynxeye.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * A certificate chain, the private key that belongs to it, and the client CA: parsed and checked.
 *
 * @param chain the server's certificate first
 * @param clientCa certificates that a client's certificate must be signed by; empty = clients need
 *     none
 * @param pair chain and key for Vert.x
 * @param trust client CA for Vert.x
 */
public record TlsMaterial(
    List<X509Certificate> chain,
    PrivateKey key,
    List<X509Certificate> clientCa,
    PemKeyCertOptions pair,
    Optional<PemTrustOptions> trust) {

  /**
   * @throws IOException when the files cannot be used, naming them
   */
  static TlsMaterial of(TlsFiles files, TlsConfig config, Vertx vertx) throws IOException {
    PemKeyCertOptions pair =
        new PemKeyCertOptions().setCertValue(files.certificate()).setKeyValue(files.key());
    Optional<PemTrustOptions> trust =
        files.clientCa().map(ca -> new PemTrustOptions().addCertValue(ca));
    X509KeyManager keys = keyManager(pair, config, vertx);
    String alias = // The only one; its algorithm is unknown.
        Stream.of("RSA", "EC", "EdDSA", "RSASSA-PSS")
            .map(type -> keys.getServerAliases(type, null))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(() -> notPem(config, null))[0];
    TlsMaterial material =
        new TlsMaterial(
            List.of(keys.getCertificateChain(alias)),
            keys.getPrivateKey(alias),
            trust.isPresent() ? certificates(trust.get(), config, vertx) : List.of(),
            pair,
            trust);
    if (!isPair(material.key, material.chain.get(0).getPublicKey(), config)) {
      throw new IOException(
          config.key() + " is not the key of the certificate in " + config.certificate());
    }
    return material;
  }

  private static X509KeyManager keyManager(PemKeyCertOptions pair, TlsConfig config, Vertx vertx)
      throws IOException {
    try {
      return (X509KeyManager) pair.getKeyManagerFactory(vertx).getKeyManagers()[0];
    } catch (Exception e) { // Vert.x declares Exception.
      throw notPem(config, e);
    }
  }

  private static IOException notPem(TlsConfig config, Exception cause) {
    return new IOException(
        "%s and %s are not a certificate and its private key in PEM, without a password"
            .formatted(config.certificate(), config.key()),
        cause);
  }

  private static List<X509Certificate> certificates(
      PemTrustOptions trust, TlsConfig config, Vertx vertx) throws IOException {
    try {
      var managers = trust.getTrustManagerFactory(vertx).getTrustManagers();
      return List.of(((X509TrustManager) managers[0]).getAcceptedIssuers());
    } catch (Exception e) { // Vert.x declares Exception.
      throw new IOException(config.clientCa().orElseThrow() + " has no certificate in PEM", e);
    }
  }

  /**
   * Whether the certificate verifies what the key signs: while files are being replaced, one may be
   * new and the other old.
   */
  private static boolean isPair(PrivateKey key, PublicKey certified, TlsConfig config)
      throws IOException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "SHA256withRSA";
        };
    byte[] sample = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw notPem(config, e);
    }
  }
}
