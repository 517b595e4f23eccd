package io.lynxeye.security.keys;

import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Caller;
import io.lynxeye.security.Reloadable;
import io.lynxeye.serving.admission.KeyLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of all sources. A file that is missing or incomplete keeps the keys that were last read
 * from it, so it neither locks callers out nor admits others.
 */
public final class ApiKeys implements Authenticator {

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

  private final List<Reloadable<Set<NamedKey>>> sources = new ArrayList<>();
  private final Map<String, KeyLimits> limits;
  private volatile KeyRing ring;
  private volatile boolean hasAdministrators;

  /**
   * Reads the sources for the first time.
   *
   * @param sources at least one
   * @param limits by name of a key; they precede those of the sources
   * @throws IOException when one cannot be read, or a key has two roles: at start there is nothing
   *     to fall back on
   */
  public ApiKeys(List<KeySource> sources, Map<String, KeyLimits> limits) throws IOException {
    this.limits = Map.copyOf(limits);
    for (KeySource source : sources) {
      this.sources.add(new Reloadable<>("the keys", source::read, keys -> {}));
    }
    use(valid());
  }

  /** The same without further limits. */
  public ApiKeys(List<KeySource> sources) throws IOException {
    this(sources, Map.of());
  }

  /** The names of the keys, in the order of the sources. */
  public List<String> names() throws IOException {
    return valid().stream().map(NamedKey::name).distinct().toList();
  }

  /** Reads the sources again. For one thread. */
  public void reload() {
    boolean changed = false;
    for (Reloadable<Set<NamedKey>> source : sources) {
      changed |= source.reload();
    }
    if (changed) {
      try {
        List<NamedKey> valid = valid();
        use(valid);
        log.info("keys have changed; valid now: {}", valid.stream().map(NamedKey::shown).toList());
      } catch (IOException e) {
        log.warn("reload of the keys failed, keeping the loaded version: {}", e.getMessage());
      }
    }
  }

  private void use(List<NamedKey> valid) {
    ring = new KeyRing(valid);
    hasAdministrators = valid.stream().anyMatch(key -> key.caller().isAdministrator());
  }

  /**
   * The keys of all sources, in their order.
   *
   * @throws IOException when a key that may only score may also manage: the roles would mean
   *     nothing
   */
  private List<NamedKey> valid() throws IOException {
    Map<KeyHash, NamedKey> seen = new HashMap<>();
    List<NamedKey> all = new ArrayList<>();
    for (Reloadable<Set<NamedKey>> source : sources) {
      for (NamedKey key : source.content()) {
        NamedKey other = seen.putIfAbsent(key.hash(), key);
        if (other == null) {
          all.add(key.with(limits.getOrDefault(key.name(), key.limits())));
        } else if (other.role() != key.role()) {
          throw new IOException(
              "the keys '%s' and '%s' are the same key, and only one of them may manage models; use another key for one of them"
                  .formatted(other.name(), key.name()));
        }
      }
    }
    return all;
  }

  @Override
  public Optional<Caller> find(String credential) {
    return ring.find(credential);
  }

  @Override
  public boolean hasAdministrators() {
    return hasAdministrators;
  }
}
