package io.lynxeye.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files for TLS, all PEM, and the protocol.
 *
 * @param certificate the server's certificate and its chain
 * @param key its private key, without a password
 * @param clientCa issuers of which clients must present a certificate; empty = clients need none
 * @param http2 whether HTTP/2 is offered to clients
 */
public record TlsConfig(Path certificate, Path key, Optional<Path> clientCa, boolean http2) {}
