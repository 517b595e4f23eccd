package io.lynxeye;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for this machine and its key, made for one test by the JDK's keytool. */
public final class TestCertificate {

  private static final char[] PASSWORD = "password".toCharArray();
  private static final String ALIAS = "test";

  private final KeyStore keys;

  private TestCertificate(KeyStore keys) {
    this.keys = keys;
  }

  /**
   * A new one, signed by itself.
   *
   * @param folder to work in
   * @param algorithm RSA or EC
   */
  public static TestCertificate make(Path folder, String algorithm) {
    try {
      Path store = Files.createTempDirectory(folder, "keytool").resolve("store");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  ALIAS,
                  "-keyalg",
                  algorithm,
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost,ip:127.0.0.1",
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      return new TestCertificate(keys);
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
