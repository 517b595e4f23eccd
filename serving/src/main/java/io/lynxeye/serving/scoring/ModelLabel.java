package io.lynxeye.serving.scoring;

import io.lynxeye.serving.model.ModelId;

/**
 * The model that a request named, as a metric label: only names of models that the server knows, so
 * that clients cannot create labels.
 *
 * @param name empty if there is no such model
 * @param version empty if there is no such version, or none yet
 */
public record ModelLabel(String name, String version) {

  /** A model that the server does not know. */
  public static final ModelLabel UNKNOWN = new ModelLabel("", "");

  public static ModelLabel of(ModelId id) {
    return new ModelLabel(id.name(), id.version().toString());
  }
}
