package io.lynxeye.store;

import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one drop is good for.
 *
 * @param sources the versions in it
 * @param manifest what it says for all versions of the model
 * @param unusable what in it cannot be served
 */
record Found(
    List<ModelSource> sources, Map<String, String> manifest, List<ModelStore.Unusable> unusable) {

  static final Found NOTHING = new Found(List.of(), Map.of(), List.of());

  /** Keys that are settings of the model. */
  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>(manifest);
    settings.keySet().retainAll(ModelSettings.KEYS);
    return settings;
  }

  /** The others, which go for every version that does not say otherwise. */
  Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>(manifest);
    defaults.keySet().removeAll(ModelSettings.KEYS);
    return defaults;
  }
}
