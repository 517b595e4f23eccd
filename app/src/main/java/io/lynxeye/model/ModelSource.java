package io.lynxeye.model;

import java.nio.file.Path;

/**
 * A version that should be served, and where its files are.
 *
 * @param id what it is called
 * @param folder the folder that holds {@link #SAVED_MODEL}
 * @param manifest what its {@code serving.properties} says
 */
public record ModelSource(ModelId id, Path folder, ModelManifest manifest) {

  /** The file that makes a folder a version. */
  public static final String SAVED_MODEL = "saved_model.pb";
}
