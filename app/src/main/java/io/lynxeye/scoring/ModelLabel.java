package io.lynxeye.scoring;

import io.lynxeye.model.ModelId;

/**
 * Which model a request meant, in words that are known to the server: what a client makes up is
 * never among them, so there are no more of them than there are models.
 *
 * @param name empty where there is no such model
 * @param version empty where there is no such version, or none yet
 */
public record ModelLabel(String name, String version) {

  /** No model that is known here. */
  public static final ModelLabel UNKNOWN = new ModelLabel("", "");

  static ModelLabel of(ModelId id) {
    return new ModelLabel(id.name(), Integer.toString(id.version()));
  }
}
