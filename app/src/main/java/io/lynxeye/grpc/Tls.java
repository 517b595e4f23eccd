package io.lynxeye.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.Protection;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the port for gRPC, of the same files as HTTP's: a connection that is opened after they
 * have changed sees the new certificate, and shows one of the new issuer. Followed on the thread
 * that looks at files.
 */
final class Tls {

  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  private final TlsConfig files;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager clients;
  private Optional<TlsFiles> taken = Optional.empty();

  private Tls(TlsConfig files) throws GeneralSecurityException {
    this.files = files;
    this.clients =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
  }

  /**
   * What the server shows to its clients.
   *
   * @throws IOException when the files cannot be used, naming them
   */
  static ServerCredentials credentials(Protection protection) throws IOException {
    if (protection.config().tls().isEmpty()) {
      return InsecureServerCredentials.create();
    }
    try {
      Tls tls = new Tls(protection.config().tls().get());
      tls.load();
      protection.reloads().each(tls::reload);
      return tls.credentials();
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be had: " + e.getMessage(), e);
    }
  }

  private ServerCredentials credentials() {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder().keyManager(identity);
    if (files.clientCa().isPresent()) {
      credentials.trustManager(clients).clientAuth(ClientAuth.REQUIRE);
    }
    return credentials.build();
  }

  /** All of the files or none. */
  private void load() throws IOException {
    Optional<TlsFiles> now = Optional.of(TlsFiles.read(files));
    if (!now.equals(taken)) {
      now.get().load(files, identity, clients);
      taken = now;
    }
  }

  private void reload() {
    try {
      load();
    } catch (IOException e) { // HTTP's port says so too: the files are the same.
      log.debug("keeping the certificate there was: {}", e.getMessage());
    }
  }
}
