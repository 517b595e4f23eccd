package io.lynxeye.security.tls;

import io.lynxeye.config.TlsConfig;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The bytes of the TLS files at one moment, not yet checked.
 *
 * @param certificate the server's certificate chain, PEM
 * @param key its private key, PEM
 * @param clientCa the CA that signs client certificates, PEM
 */
record TlsFiles(Buffer certificate, Buffer key, Optional<Buffer> clientCa) {

  /**
   * @throws IOException when a file cannot be read, naming it
   */
  static TlsFiles read(TlsConfig config) throws IOException {
    return new TlsFiles(
        bytes(config.certificate()),
        bytes(config.key()),
        config.clientCa().isPresent()
            ? Optional.of(bytes(config.clientCa().get()))
            : Optional.empty());
  }

  private static Buffer bytes(Path file) throws IOException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + e, e);
    }
  }
}
