package io.lynxeye.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The JSON Web Tokens that are accepted instead of an API key.
 *
 * @param jwks a file with the issuer's public keys, as a JSON Web Key Set
 * @param issuer the expected issuer: {@code iss} of the token
 * @param audience the expected audience: one of {@code aud} of the token
 * @param adminScope the scope or role of tokens that may manage models; empty = tokens only score
 */
public record JwtConfig(Path jwks, String issuer, String audience, Optional<String> adminScope) {}
