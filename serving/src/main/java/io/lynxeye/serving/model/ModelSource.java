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

  /** The version's folder, with its manifest, labels and jars. */
  public Path folder() {
    return files.folder();
  }

  /** The model file. */
  public Path modelFile() {
    return files.folder().resolve(files.file());
  }

  /** The folder of the model file, which an engine loads: the version's, or one in it. */
  public Path modelFolder() {
    return modelFile().getParent();
  }
}
