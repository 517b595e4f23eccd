package io.lynxeye.security.keys;

import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The valid keys. A key's hash is compared with every valid hash in constant time: the time shows
 * neither how much of a key was right nor which key it was.
 */
final class KeyRing {

  private final List<byte[]> valid;
  private final BiPredicate<byte[], byte[]> comparison;

  KeyRing(Set<KeyHash> valid) {
    this(valid, MessageDigest::isEqual);
  }

  /**
   * @param comparison compares two digests in constant time
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
