package io.lynxeye.security;

import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The keys that are valid at one moment. Hashes are compared, never keys, and each with all: how
 * long an answer takes tells nothing of how much of a key was right, nor of which one it was.
 */
final class KeyRing {

  private final List<byte[]> valid;
  private final BiPredicate<byte[], byte[]> comparison;

  KeyRing(Set<KeyHash> valid) {
    this(valid, MessageDigest::isEqual);
  }

  /**
   * @param comparison of two digests, whose time does not depend on what is in them
   */
  KeyRing(Set<KeyHash> valid, BiPredicate<byte[], byte[]> comparison) {
    this.valid = valid.stream().map(KeyHash::digest).toList();
    this.comparison = comparison;
  }

  boolean accepts(String key) {
    byte[] digest = KeyHash.of(key).digest();
    boolean found = false;
    for (byte[] one : valid) {
      found |= comparison.test(one, digest);
    }
    return found;
  }
}
