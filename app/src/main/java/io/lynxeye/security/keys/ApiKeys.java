package io.lynxeye.security.keys;

import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Reloadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of all sources. A file that is missing or incomplete keeps the keys that were last read
 * from it, so it neither locks callers out nor admits others.
 */
public final class ApiKeys implements Authenticator {

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

  private final List<Reloadable<Set<KeyHash>>> sources = new ArrayList<>();
  private volatile KeyRing ring;

  /**
   * Reads the sources for the first time.
   *
   * @param sources at least one
   * @throws IOException when one cannot be read: at start there is nothing to fall back on
   */
  public ApiKeys(List<KeySource> sources) throws IOException {
    for (KeySource source : sources) {
      this.sources.add(new Reloadable<>("the keys", source::read, keys -> {}));
    }
    this.ring = new KeyRing(valid());
  }

  /** Reads the sources again. For one thread. */
  public void reload() {
    boolean changed = false;
    for (Reloadable<Set<KeyHash>> source : sources) {
      changed |= source.reload();
    }
    if (changed) {
      Set<KeyHash> valid = valid();
      ring = new KeyRing(valid);
      log.info(
          "keys have changed; valid now: {}", valid.stream().map(KeyHash::fingerprint).toList());
    }
  }

  private Set<KeyHash> valid() {
    Set<KeyHash> all = new HashSet<>();
    sources.forEach(source -> all.addAll(source.content()));
    return all;
  }

  @Override
  public boolean admits(String credential) {
    return ring.accepts(credential);
  }
}
