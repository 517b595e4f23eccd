package io.lynxeye.config;

import java.nio.file.Path;

/**
 * The JSON Web Tokens that are accepted instead of an API key.
 *
 * @param jwks a file with the issuer's public keys, as a JSON Web Key Set
 * @param issuer the expected issuer: {@code iss} of the token
 * @param audience the expected audience: one of {@code aud} of the token
 */
public record JwtConfig(Path jwks, String issuer, String audience) {}
