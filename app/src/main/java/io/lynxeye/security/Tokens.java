package io.lynxeye.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.lynxeye.config.JwtConfig;
import io.lynxeye.serving.admission.KeyLimits;
import java.io.IOException;
import java.text.ParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts JSON Web Tokens of one issuer, such as Entra ID. A token must be signed with RS256 or
 * ES256 by the key that its {@code kid} names, be for our audience, and be valid now, give or take
 * a minute. Unsigned tokens and shared secrets are refused. The issuer's keys are read from a file,
 * so that authentication needs no network.
 *
 * <p>A token is for scoring, unless one of its claims {@code scp}, {@code scope} and {@code roles}
 * has the administrators' scope.
 */
public final class Tokens implements Authenticator {

  private static final Logger log = LoggerFactory.getLogger(Tokens.class);
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final long MOST_BYTES = 1 << 20;
  private static final int SKEW_SECONDS = 60;

  /** Where issuers put scopes and roles: Entra ID in the first and the last, RFC 9068 in all. */
  private static final List<String> SCOPE_CLAIMS = List.of("scp", "scope", "roles");

  /** One name for all tokens: subjects are too many for logs of keys and for metric labels. */
  public static final String NAME = "token";

  private final JwtConfig config;
  private final KeyLimits limits;
  private final Reloadable<String> keys;
  private volatile DefaultJWTProcessor<SecurityContext> processor;

  /**
   * Reads the keys for the first time.
   *
   * @param limits what all tokens together may use
   * @throws IOException when they cannot be read
   */
  public Tokens(JwtConfig config, KeyLimits limits) throws IOException {
    this.config = config;
    this.limits = limits;
    this.keys =
        new Reloadable<>(
            "the issuer's keys",
            () -> SmallFile.text(config.jwks(), MOST_BYTES),
            jwks -> processor = processor(jwks));
  }

  /** Reads the keys again if the file has changed. For one thread. */
  public void reload() {
    if (keys.reload()) {
      log.info("the issuer's keys have changed: {}", config.jwks());
    }
  }

  private DefaultJWTProcessor<SecurityContext> processor(String jwks) throws IOException {
    JWKSet keys;
    try {
      keys = JWKSet.parse(jwks);
    } catch (ParseException e) {
      throw new IOException(config.jwks() + " is not a JSON Web Key Set: " + e.getMessage(), e);
    }
    if (keys.getKeys().stream().noneMatch(AsymmetricJWK.class::isInstance)) {
      throw new IOException(config.jwks() + " has no public key");
    }
    DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
    made.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    made.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, new ImmutableJWKSet<>(keys)));
    made.setJWTClaimsSetVerifier(claims());
    return made;
  }

  private DefaultJWTClaimsVerifier<SecurityContext> claims() {
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(
            config.audience(),
            new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
            Set.of("exp"));
    claims.setMaxClockSkew(SKEW_SECONDS);
    return claims;
  }

  @Override
  public Optional<Caller> find(String credential) {
    try {
      return Optional.of(new Caller(NAME, role(processor.process(credential, null)), limits));
    } catch (ParseException | BadJOSEException | JOSEException | RuntimeException e) {
      return Optional.empty(); // The reason would help an attacker.
    }
  }

  private Role role(JWTClaimsSet claims) {
    return config
        .adminScope()
        .filter(scope -> SCOPE_CLAIMS.stream().anyMatch(name -> has(claims.getClaim(name), scope)))
        .map(scope -> Role.ADMIN)
        .orElse(Role.SCORE);
  }

  /** A claim has its values in an array, or in a text with spaces between them. */
  private static boolean has(Object claim, String scope) {
    return claim instanceof Collection<?> values
        ? values.contains(scope)
        : claim instanceof String text && List.of(text.split(" ")).contains(scope);
  }

  @Override
  public boolean hasAdministrators() {
    return config.adminScope().isPresent();
  }
}
