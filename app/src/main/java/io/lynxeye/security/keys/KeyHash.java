package io.lynxeye.security.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The SHA-256 of a key, which is kept instead of the key. A key of 256 random bits needs no slow
 * hash: there are too many to try.
 *
 * @param hex 64 hexadecimal digits, lower case
 */
public record KeyHash(String hex) {

  /** Generates a key: 256 random bits in 43 characters that need no quoting. */
  public static String generateKey() {
    byte[] bits = new byte[32];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Hashes a key. */
  public static KeyHash of(String key) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha256.digest(key.getBytes(StandardCharsets.UTF_8));
      return new KeyHash(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /** The first digits: enough to tell keys apart, and no help in guessing one. */
  public String fingerprint() {
    return hex.substring(0, 12);
  }

  byte[] digest() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String toString() {
    return "key " + fingerprint();
  }
}
