package io.lynxeye.model;

import java.util.List;

/**
 * One model as the store has it.
 *
 * @param name its name in addresses
 * @param settings which of its versions to serve, and how
 * @param sources its versions that can be served, in any order
 * @param isArriving whether more of it is still being copied
 */
public record StoredModel(
    String name, ModelSettings settings, List<ModelSource> sources, boolean isArriving) {

  public StoredModel {
    sources = List.copyOf(sources);
  }

  /** All of it is there. */
  public StoredModel(String name, ModelSettings settings, List<ModelSource> sources) {
    this(name, settings, sources, false);
  }
}
