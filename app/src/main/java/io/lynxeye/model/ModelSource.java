package io.lynxeye.model;

import java.nio.file.Path;

/**
 * A version that can be served. Equal sources are the same version with the same files.
 *
 * @param id what it is called
 * @param files where its files are
 * @param manifest what its {@code serving.properties} says
 */
public record ModelSource(ModelId id, ModelFiles files, ModelManifest manifest) {

  /** The folder an engine loads. */
  public Path folder() {
    return files.folder();
  }
}
