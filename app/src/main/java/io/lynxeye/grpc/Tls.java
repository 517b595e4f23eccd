package io.lynxeye.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.lynxeye.config.TlsConfig;
import io.lynxeye.security.Protection;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the port for gRPC, of the same files as HTTP's. A connection that is opened after they
 * have changed sees the new certificate; those of the clients' issuer are read once.
 */
final class Tls {

  private static final Logger log = LoggerFactory.getLogger(Tls.class);

  private Tls() {}

  /**
   * What the server shows to its clients.
   *
   * @throws IOException when the files cannot be used, naming them
   */
  static ServerCredentials credentials(Protection protection) throws IOException {
    if (protection.config().tls().isEmpty()) {
      return InsecureServerCredentials.create();
    }
    TlsConfig files = protection.config().tls().get();
    AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
    read(files, identity);
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder().keyManager(identity);
    if (files.clientCa().isPresent()) {
      credentials.trustManager(files.clientCa().get().toFile()).clientAuth(ClientAuth.REQUIRE);
    }
    protection.reloads().each(new Following(files, identity));
    return credentials.build();
  }

  private static void read(TlsConfig files, AdvancedTlsX509KeyManager identity) throws IOException {
    try {
      identity.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile());
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException(
          files.certificate() + " and " + files.key() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Reads the files again when they have changed; on the thread that looks at files. */
  private static final class Following implements Runnable {

    private final TlsConfig files;
    private final AdvancedTlsX509KeyManager identity;
    private long seen;

    Following(TlsConfig files, AdvancedTlsX509KeyManager identity) {
      this.files = files;
      this.identity = identity;
      this.seen = state();
    }

    private long state() {
      File certificate = files.certificate().toFile();
      File key = files.key().toFile();
      return 31 * (31 * certificate.lastModified() + certificate.length())
          + 31 * key.lastModified()
          + key.length();
    }

    @Override
    public void run() {
      long now = state();
      if (now == seen) {
        return;
      }
      try {
        read(files, identity);
        seen = now;
      } catch (IOException e) { // HTTP's port says so too: the files are the same.
        log.debug("keeping the certificate there was: {}", e.getMessage());
      }
    }
  }
}
