package io.lynxeye.security;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of all sources, each as it last could be read: a file that goes missing or is half
 * written neither locks callers out nor lets anybody in.
 */
public final class ApiKeys implements Authenticator {

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

  private final List<Followed> sources = new ArrayList<>();
  private volatile KeyRing ring;

  /** A source, and what it said last. Used by one thread at a time. */
  private static final class Followed {

    private final KeySource source;
    private final Complaint complaint = new Complaint();
    private Set<KeyHash> keys;

    Followed(KeySource source) throws IOException {
      this.source = source;
      this.keys = source.read();
    }

    boolean changes() {
      try {
        Set<KeyHash> now = source.read();
        complaint.over();
        boolean changes = !now.equals(keys);
        keys = now;
        return changes;
      } catch (IOException e) {
        if (complaint.isNew(e.getMessage())) {
          log.warn("keeping the keys there were: {}", e.getMessage());
        }
        return false;
      }
    }
  }

  /**
   * Reads the sources for the first time.
   *
   * @param sources at least one
   * @throws IOException when one cannot be read: at the start nothing is there to fall back on
   */
  public ApiKeys(List<KeySource> sources) throws IOException {
    for (KeySource source : sources) {
      this.sources.add(new Followed(source));
    }
    this.ring = new KeyRing(valid());
  }

  /** Reads the sources again. From one thread. */
  public void reload() {
    boolean changed = false;
    for (Followed source : sources) {
      changed |= source.changes();
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
    sources.forEach(source -> all.addAll(source.keys));
    return all;
  }

  @Override
  public boolean admits(String credential) {
    return ring.accepts(credential);
  }
}
