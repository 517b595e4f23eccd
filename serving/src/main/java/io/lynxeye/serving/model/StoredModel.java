package io.lynxeye.serving.model;

import io.lynxeye.serving.manifest.ModelSettings;
import java.util.List;

/**
 * One model in the store.
 *
 * @param name its name in addresses
 * @param settings its settings
 * @param sources its versions that can be served, in any order
 * @param isArriving whether more of it is still being copied
 */
public record StoredModel(
    String name, ModelSettings settings, List<ModelSource> sources, boolean isArriving) {

  public StoredModel {
    sources = List.copyOf(sources);
  }

  /** A model that is complete. */
  public StoredModel(String name, ModelSettings settings, List<ModelSource> sources) {
    this(name, settings, sources, false);
  }
}
