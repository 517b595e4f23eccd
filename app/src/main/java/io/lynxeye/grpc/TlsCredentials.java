package io.lynxeye.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.security.tls.TlsMaterial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;

/** The gRPC server's credentials: the certificate and client CA that all ports use. */
final class TlsCredentials {

  private TlsCredentials() {}

  /** Credentials that follow the TLS files. */
  static ServerCredentials of(Tls tls) throws IOException {
    if (tls.config().isEmpty()) {
      return InsecureServerCredentials.create();
    }
    try {
      AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
      AdvancedTlsX509TrustManager clients =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      tls.follow(material -> update(keys, clients, material));
      TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder().keyManager(keys);
      if (tls.config().get().clientCa().isPresent()) {
        credentials.trustManager(clients).clientAuth(ClientAuth.REQUIRE);
      }
      return credentials.build();
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS configuration failed: " + e.getMessage(), e);
    }
  }

  private static void update(
      AdvancedTlsX509KeyManager keys, AdvancedTlsX509TrustManager clients, TlsMaterial material) {
    try {
      if (!material.clientCa().isEmpty()) {
        clients.updateTrustCredentials(material.clientCa().toArray(X509Certificate[]::new));
      }
      keys.updateIdentityCredentials(
          material.chain().toArray(X509Certificate[]::new), material.key());
    } catch (IOException | GeneralSecurityException e) { // The certificates were checked before.
      throw new IllegalStateException("the gRPC port cannot use the TLS files", e);
    }
  }
}
