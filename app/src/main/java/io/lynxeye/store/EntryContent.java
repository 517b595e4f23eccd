package io.lynxeye.store;

import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one entry of the store holds.
 *
 * @param sources the versions in it
 * @param manifest its keys for all versions of the model
 * @param unusable what in it cannot be served
 */
record EntryContent(
    List<ModelSource> sources, Map<String, String> manifest, List<ModelStore.Unusable> unusable) {

  static final EntryContent NOTHING = new EntryContent(List.of(), Map.of(), List.of());

  /** Keys that are settings of the model. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>(manifest);
    settings.keySet().retainAll(ModelSettings.KEYS);
    return settings;
  }

  /** The other keys, which apply to every version that does not set them itself. */
  Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>(manifest);
    defaults.keySet().removeAll(ModelSettings.KEYS);
    return defaults;
  }
}
