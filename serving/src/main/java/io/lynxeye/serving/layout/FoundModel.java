package io.lynxeye.serving.layout;

import io.lynxeye.serving.model.ModelFormat;
import java.util.List;
import java.util.Map;

/**
 * The model in a version's folder.
 *
 * @param format its format
 * @param file the model file, relative to the version's folder
 * @param keys the effective keys of its manifest
 * @param remarks what the files of other servers say that has no effect here
 */
public record FoundModel(
    ModelFormat format, String file, Map<String, String> keys, List<String> remarks) {

  /** The folder of the model file, relative to the version's folder: empty, or ends in a slash. */
  public String folder() {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }
}
