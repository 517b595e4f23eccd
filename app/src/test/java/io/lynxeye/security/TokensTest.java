package io.lynxeye.security;

import static io.lynxeye.security.TestCallers.admits;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.lynxeye.config.JwtConfig;
import io.lynxeye.serving.admission.KeyLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

  private static final String ISSUER = "https://login.example/tenant/v2.0";
  private static final String AUDIENCE = "api://lynxeye";
  private static final RSAKey RSA = rsa("rsa-1");
  private static final RSAKey OTHER = rsa("rsa-2");
  private static final ECKey EC = ec();

  @TempDir private Path folder;
  private Path jwks;
  private Tokens tokens;

  private static RSAKey rsa(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey ec() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void read() throws IOException {
    jwks = folder.resolve("jwks.json");
    write(RSA, EC);
    tokens =
        new Tokens(
            new JwtConfig(jwks, ISSUER, AUDIENCE, Optional.of("models.manage")), KeyLimits.NONE);
  }

  private void write(JWK... keys) throws IOException {
    Files.writeString(jwks, new JWKSet(List.of(keys)).toString()); // Only the public keys.
  }

  /** The claims of a valid token. */
  private static JWTClaimsSet.Builder good() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(List.of("other", AUDIENCE))
        .subject("caller")
        .notBeforeTime(in(-30))
        .expirationTime(in(300));
  }

  private static Date in(int seconds) {
    return Date.from(Instant.now().plusSeconds(seconds));
  }

  private static String sign(JWSAlgorithm by, String keyId, JWSSigner signer, JWTClaimsSet claims)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(by).keyID(keyId).type(JOSEObjectType.JWT).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private static String byRsa(JWTClaimsSet.Builder claims) throws JOSEException {
    return sign(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(RSA), claims.build());
  }

  @Test
  void aTokenOfTheIssuerIsAccepted() throws JOSEException {
    assertThat(admits(tokens, byRsa(good()))).isTrue();
    assertThat(
            admits(tokens, sign(JWSAlgorithm.ES256, "ec-1", new ECDSASigner(EC), good().build())))
        .isTrue();
  }

  @Test
  void aTokenMayManageOnlyIfOneOfItsScopesSaysSo() throws JOSEException {
    Map<String, Object> claims =
        Map.of(
            "scp", "images.score models.manage",
            "scope", "models.manage",
            "roles", List.of("reader", "models.manage"));
    for (Map.Entry<String, Object> claim : claims.entrySet()) {
      assertThat(role(good().claim(claim.getKey(), claim.getValue())))
          .as("%s", claim)
          .isEqualTo(Role.ADMIN);
    }
    assertThat(role(good())).isEqualTo(Role.SCORE);
    assertThat(role(good().claim("scp", "models.manage.not"))).isEqualTo(Role.SCORE);
    assertThat(role(good().claim("roles", Map.of("models.manage", true)))).isEqualTo(Role.SCORE);
    assertThat(role(good().claim("name", "models.manage"))).isEqualTo(Role.SCORE);
    assertThat(tokens.hasAdministrators()).isTrue();
  }

  @Test
  void withoutAnAdministratorsScopeTokensOnlyScore() throws Exception {
    tokens = new Tokens(new JwtConfig(jwks, ISSUER, AUDIENCE, Optional.empty()), KeyLimits.NONE);

    assertThat(role(good().claim("roles", List.of("admin", "models.manage"))))
        .isEqualTo(Role.SCORE);
    assertThat(tokens.hasAdministrators()).isFalse();
  }

  private Role role(JWTClaimsSet.Builder claims) throws JOSEException {
    Caller caller = tokens.find(byRsa(claims)).orElseThrow();
    assertThat(caller.name()).isEqualTo("token");
    return caller.role();
  }

  @Test
  void anExpiredOrForeignTokenIsRefused() throws JOSEException {
    assertThat(admits(tokens, byRsa(good().expirationTime(in(-90))))).isFalse();
    assertThat(admits(tokens, byRsa(good().expirationTime(null)))).isFalse();
    assertThat(admits(tokens, byRsa(good().notBeforeTime(in(90))))).isFalse();
    assertThat(admits(tokens, byRsa(good().issuer("https://evil.example")))).isFalse();
    assertThat(admits(tokens, byRsa(good().issuer(null)))).isFalse();
    assertThat(admits(tokens, byRsa(good().audience("api://other")))).isFalse();
    assertThat(admits(tokens, byRsa(good().audience(List.of())))).isFalse();
  }

  @Test
  void clocksMayDifferByLessThanAMinute() throws JOSEException {
    assertThat(admits(tokens, byRsa(good().expirationTime(in(-30))))).isTrue();
    assertThat(admits(tokens, byRsa(good().notBeforeTime(in(30))))).isTrue();
  }

  @Test
  void otherSignatureAlgorithmsAreRefused() throws Exception {
    byte[] published = RSA.toPublicJWK().toRSAPublicKey().getEncoded();
    JWTClaimsSet claims = good().build();

    assertThat(admits(tokens, new PlainJWT(claims).serialize())).isFalse();
    assertThat(admits(tokens, sign(JWSAlgorithm.HS256, "rsa-1", new MACSigner(published), claims)))
        .isFalse();
    assertThat(admits(tokens, sign(JWSAlgorithm.RS512, "rsa-1", new RSASSASigner(RSA), claims)))
        .isFalse();
    assertThat(admits(tokens, sign(JWSAlgorithm.PS256, "rsa-1", new RSASSASigner(RSA), claims)))
        .isFalse();
  }

  @Test
  void aSharedSecretInTheSetIsNotAccepted() throws Exception {
    OctetSequenceKey secret =
        new OctetSequenceKey.Builder("a-secret-of-thirty-two-bytes-....".getBytes(US_ASCII))
            .keyID("secret")
            .build();
    Files.writeString(jwks, new JWKSet(List.of(RSA, secret)).toString(false));
    tokens.reload();

    assertThat(
            admits(
                tokens, sign(JWSAlgorithm.HS256, "secret", new MACSigner(secret), good().build())))
        .isFalse();
  }

  @Test
  void theKeyIsTheOneThatTheTokenNames() throws JOSEException {
    JWTClaimsSet claims = good().build();

    assertThat(admits(tokens, sign(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(OTHER), claims)))
        .isFalse();
    assertThat(admits(tokens, sign(JWSAlgorithm.RS256, "rsa-2", new RSASSASigner(OTHER), claims)))
        .isFalse();
    assertThat(admits(tokens, sign(JWSAlgorithm.RS256, "ec-1", new RSASSASigner(RSA), claims)))
        .isFalse();
  }

  @Test
  void aModifiedTokenIsRefused() throws JOSEException {
    String token = byRsa(good());
    int middle = token.indexOf('.') + 10;
    char changed = token.charAt(middle) == 'A' ? 'B' : 'A';

    assertThat(admits(tokens, token.substring(0, middle) + changed + token.substring(middle + 1)))
        .isFalse();
    assertThat(admits(tokens, token.substring(0, token.lastIndexOf('.') + 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0..", "a-plain-key"})
  void textThatIsNotATokenIsRefused(String text) {
    assertThat(admits(tokens, text)).isFalse();
  }

  @Test
  void theFileIsReloadedAndAnUnusableOneKeepsTheLoadedKeys() throws Exception {
    String byOther = sign(JWSAlgorithm.RS256, "rsa-2", new RSASSASigner(OTHER), good().build());

    Files.writeString(jwks, "{\"keys\": [");
    tokens.reload();
    assertThat(admits(tokens, byRsa(good()))).isTrue();

    write(OTHER);
    tokens.reload();
    assertThat(admits(tokens, byOther)).isTrue();
    assertThat(admits(tokens, byRsa(good()))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "{\"keys\": []}"})
  void aFileWithoutKeysIsRefusedAtStart(String text) throws IOException {
    Files.writeString(jwks, text);

    assertThatThrownBy(
            () ->
                new Tokens(
                    new JwtConfig(jwks, ISSUER, AUDIENCE, Optional.of("models.manage")),
                    KeyLimits.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("jwks.json");
  }
}
