package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.Origin;
import java.nio.charset.StandardCharsets;

/**
 * A version that answers a share of the callers. A caller stays on its side while this version is
 * on trial, and is drawn again for the next one.
 *
 * @param version the version on trial
 * @param rule the share, and what identifies a caller
 */
record Canary(ModelId version, RolloutRule rule) {

  /** Whether the version on trial answers this request. */
  boolean answers(Origin origin) {
    return !origin.equals(Origin.NONE)
        && rule.includes(hash(version + " " + origin.caller(rule.by())));
  }

  /** FNV-1a: the same in every process, so that replicas agree. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
