package io.lynxeye.security.keys;

import io.lynxeye.security.Caller;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The valid keys. A key's hash is compared with every valid hash in constant time: the time shows
 * neither how much of a key was right nor which key it was.
 */
final class KeyRing {

  private final List<byte[]> digests;
  private final List<Optional<Caller>> callers; // In the same order.
  private final BiPredicate<byte[], byte[]> comparison;

  KeyRing(Collection<NamedKey> valid) {
    this(valid, MessageDigest::isEqual);
  }

  /**
   * @param comparison compares two digests in constant time
   */
  KeyRing(Collection<NamedKey> valid, BiPredicate<byte[], byte[]> comparison) {
    List<NamedKey> ordered = List.copyOf(valid);
    this.digests = ordered.stream().map(key -> key.hash().digest()).toList();
    this.callers = ordered.stream().map(key -> Optional.of(key.caller())).toList();
    this.comparison = comparison;
  }

  Optional<Caller> find(String key) {
    byte[] digest = KeyHash.of(key).digest();
    Optional<Caller> found = Optional.empty();
    for (int i = 0; i < digests.size(); i++) {
      found = comparison.test(digests.get(i), digest) ? callers.get(i) : found;
    }
    return found;
  }
}
