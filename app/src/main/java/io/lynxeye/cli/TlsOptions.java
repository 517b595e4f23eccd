package io.lynxeye.cli;

import io.lynxeye.config.TlsConfig;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** TLS on both ports: options of {@code serve}. */
final class TlsOptions {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "PEM: the server's certificate and its chain. With --tls-key: https only.")
  private Optional<Path> certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM: its private key.")
  private Optional<Path> key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "PEM: clients must show a certificate of one of these.")
  private Optional<Path> clientCa;

  @Option(
      names = "--http2",
      fallbackValue = "true",
      description =
          "With TLS, speak HTTP/2 to clients that want it. Java's own client then loses what it"
              + " waits for when the server stops.")
  private boolean http2;

  /** Whether both ports speak https. */
  boolean isOn() {
    return certificate.isPresent();
  }

  /** Empty = no TLS. */
  Optional<TlsConfig> config() throws Failure {
    if (certificate.isPresent() != key.isPresent()) {
      throw Failure.misuse("--tls-cert and --tls-key go together: name both, or none");
    }
    if (certificate.isEmpty() && (clientCa.isPresent() || http2)) {
      throw Failure.misuse("--tls-client-ca and --http2 need --tls-cert and --tls-key");
    }
    return certificate.map(file -> new TlsConfig(file, key.orElseThrow(), clientCa, http2));
  }
}
