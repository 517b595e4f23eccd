package io.lynxeye.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of a key: what is kept of it. A key of 256 random bits needs no slow hash: nobody can
 * try them all.
 */
public final class KeyHash {

  private static final int BYTES = 32;

  private final byte[] digest;

  private KeyHash(byte[] digest) {
    this.digest = digest;
  }

  /** Of a key in the clear. */
  public static KeyHash of(String key) {
    return new KeyHash(sha256().digest(key.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * @param hex 64 hexadecimal digits
   * @throws IllegalArgumentException when it is something else
   */
  static KeyHash parse(String hex) {
    byte[] digest = HexFormat.of().parseHex(hex);
    if (digest.length != BYTES) {
      throw new IllegalArgumentException("not 64 hexadecimal digits");
    }
    return new KeyHash(digest);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  /** As {@link #parse} takes it. */
  String hex() {
    return HexFormat.of().formatHex(digest);
  }

  /** Enough to tell keys apart, and no help in guessing one. */
  public String fingerprint() {
    return hex().substring(0, 12);
  }

  byte[] digest() {
    return digest.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyHash hash && MessageDigest.isEqual(digest, hash.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  @Override
  public String toString() {
    return "key " + fingerprint();
  }
}
