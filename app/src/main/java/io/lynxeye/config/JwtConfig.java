package io.lynxeye.config;

import java.nio.file.Path;

/**
 * Which tokens are accepted in the place of a key.
 *
 * @param jwks a file with the issuer's public keys, as a JSON Web Key Set
 * @param issuer who must have made them: their {@code iss}
 * @param audience for whom: one of their {@code aud}
 */
public record JwtConfig(Path jwks, String issuer, String audience) {}
