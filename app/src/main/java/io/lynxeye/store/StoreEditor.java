package io.lynxeye.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Changes a store as an operator asks. Every change is one rename, seen by the next look of a
 * {@link StoreWatcher}, of this server or of any other on the same store.
 */
public final class StoreEditor {

  public StoreEditor(Path folder) {}

  /**
   * Changes an operator's settings of a model, which stand in {@code .settings/MODEL.properties}
   * and win over the model's own.
   *
   * @param changes by key: {@code enabled}, {@code workers}, {@code versions}, {@code labels}; an
   *     empty value takes the setting back
   */
  @SuppressWarnings("DoNotCallSuggester")
  public void set(String model, Map<String, Optional<String>> changes) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Moves a model, or one of its versions, out of what is served: to a folder of its own below
   * {@code .removed}, where an operator can take it back or delete it. Its settings go too.
   *
   * @return where it went
   * @throws java.nio.file.NoSuchFileException when the store has no such model or version
   */
  @SuppressWarnings("DoNotCallSuggester")
  public Path remove(String model, OptionalInt version) throws IOException {
    throw new UnsupportedOperationException();
  }
}
