package io.lynxeye.serving.model;

import io.lynxeye.serving.manifest.ModelManifest;
import java.nio.file.Path;

/**
 * A version that can be served. Equal sources are the same version with the same files.
 *
 * @param id its name and number
 * @param files its files
 * @param manifest its {@code serving.properties}
 */
public record ModelSource(ModelId id, ModelFiles files, ModelManifest manifest) {

  /** The folder that an engine loads. */
  public Path folder() {
    return files.folder();
  }
}
