package io.lynxeye.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files of TLS, all PEM.
 *
 * @param certificate the server's certificate, and those between it and its issuer
 * @param key its private key, without a password
 * @param clientCa whose certificates clients must show; empty = clients need none
 * @param http2 whether clients that want it get HTTP/2
 */
public record TlsConfig(Path certificate, Path key, Optional<Path> clientCa, boolean http2) {}
