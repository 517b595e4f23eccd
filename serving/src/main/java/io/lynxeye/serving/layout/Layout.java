package io.lynxeye.serving.layout;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A way in which another server or library arranges the files of a model. */
interface Layout {

  /**
   * What a layout says about a folder.
   *
   * @param place the subfolder with the model file: empty, or ends in a slash
   * @param implied the manifest keys that follow
   */
  record Place(String place, ImpliedKeys implied) {}

  /**
   * Looks for the layout.
   *
   * @param keys the keys of the folder's manifest
   * @return empty if the folder is arranged in another way
   * @throws UnusableException when it has the layout and can never be served; says how to export it
   */
  Optional<Place> recognise(ModelFolder folder, Map<String, String> keys)
      throws IOException, UnusableException;
}
