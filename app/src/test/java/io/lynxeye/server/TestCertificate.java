package io.lynxeye.server;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for this machine and its key, made for one test. Encoded here: the JDK
 * has no API for it, and a process of its {@code keytool} takes a second.
 */
public final class TestCertificate {

  private static final char[] PASSWORD = "password".toCharArray();
  private static final String ALIAS = "test";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyStore keys;

  private TestCertificate(KeyStore keys) {
    this.keys = keys;
  }

  /**
   * Makes a certificate with a new key.
   *
   * @param algorithm RSA or EC
   */
  public static TestCertificate make(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
      KeyPair pair = generator.generateKeyPair();
      Certificate certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encode(pair, algorithm)));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(ALIAS, pair.getPrivate(), PASSWORD, new Certificate[] {certificate});
      return new TestCertificate(keys);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate of X.509 version 3 in DER, see RFC 5280, section 4.1. */
  private static byte[] encode(KeyPair pair, String algorithm) throws GeneralSecurityException {
    boolean isRsa = algorithm.equals("RSA");
    byte[] signatureAlgorithm =
        isRsa
            ? der(0x30, oid("2a864886f70d01010b"), der(0x05)) // sha256WithRSAEncryption
            : der(0x30, oid("2a8648ce3d040302")); // ecdsa-with-SHA256
    byte[] commonName = der(0x30, oid("550403"), der(0x0c, ascii("localhost")));
    byte[] name = der(0x30, der(0x31, commonName));
    byte[] alternatives =
        der(0x30, der(0x82, ascii("localhost")), der(0x87, new byte[] {127, 0, 0, 1}));
    byte[] extension = der(0x30, oid("551d11"), der(0x04, alternatives));
    byte[] toSign =
        der(
            0x30,
            der(0xa0, der(0x02, new byte[] {2})), // Version 3.
            der(0x02, new BigInteger(64, RANDOM).toByteArray()),
            signatureAlgorithm,
            name,
            der(0x30, time(-1), time(1)),
            name,
            pair.getPublic().getEncoded(),
            der(0xa3, der(0x30, extension)));
    Signature signature = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(toSign);
    byte[] noUnusedBits = {0};
    return der(0x30, toSign, signatureAlgorithm, der(0x03, noUnusedBits, signature.sign()));
  }

  private static byte[] oid(String hex) {
    return der(0x06, HexFormat.of().parseHex(hex));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] time(int days) {
    DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);
    return der(0x18, ascii(format.format(OffsetDateTime.now(ZoneOffset.UTC).plusDays(days))));
  }

  /** Tag, length and content of an element of less than 64 KiB. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (length >= 256) {
      element.write(0x82); // The length is in the next two bytes.
      element.write(length >> 8);
    } else if (length >= 128) {
      element.write(0x81);
    }
    element.write(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  public X509Certificate certificate() throws GeneralSecurityException {
    return (X509Certificate) keys.getCertificate(ALIAS);
  }

  public Path writeCertificate(Path file) throws IOException, GeneralSecurityException {
    return write(file, "CERTIFICATE", certificate().getEncoded());
  }

  public Path writeKey(Path file) throws IOException, GeneralSecurityException {
    return write(file, "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded());
  }

  /**
   * Protects a server with this certificate: HTTP/2, no keys.
   *
   * @param folder where the certificate and its key are written
   */
  public Protection protection(Path folder) throws IOException, GeneralSecurityException {
    TlsConfig files =
        new TlsConfig(
            writeCertificate(folder.resolve("cert.pem")),
            writeKey(folder.resolve("key.pem")),
            Optional.empty(),
            true);
    return new Protection(
        new SecurityConfig(ConnectionLimits.DEFAULT, Optional.of(files), List.of()),
        Optional.empty(),
        Optional.empty(),
        new FilePoller(Duration.ofSeconds(1)));
  }

  private static Path write(Path file, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
  }

  /** A client that trusts these servers, and shows no certificate. */
  public static SSLContext trusting(TestCertificate... servers) throws GeneralSecurityException {
    return context(null, servers);
  }

  /** A client that trusts this server, and shows this certificate. */
  public SSLContext trusted(TestCertificate server) throws GeneralSecurityException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    return context(own, server);
  }

  private static SSLContext context(KeyManagerFactory own, TestCertificate... servers)
      throws GeneralSecurityException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (int i = 0; i < servers.length; i++) {
        trusted.setCertificateEntry("server" + i, servers[i].certificate());
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
