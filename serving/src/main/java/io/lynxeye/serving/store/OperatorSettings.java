package io.lynxeye.serving.store;

import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.ModelSettings;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * An operator's settings of models, one file per model in {@code .settings}. Files are replaced by
 * rename, so that readers never see half of one.
 */
record OperatorSettings(Path store) {

  private static final String FOLDER = ".settings";

  Path file(String model) {
    return store.resolve(FOLDER).resolve(model + ".properties");
  }

  /**
   * The operator's keys for a model; empty if there are no settings.
   *
   * @throws IllegalArgumentException when the file is not a properties file
   */
  Map<String, String> read(String model) throws IOException {
    Path file = file(model);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Map.of();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException("is not a regular file");
    }
    try {
      return ModelManifest.keysOf(file);
    } catch (NoSuchFileException e) {
      return Map.of(); // Deleted since it was seen.
    }
  }

  /**
   * Changes some keys; an empty value removes one.
   *
   * @throws IllegalArgumentException when the result would be invalid; nothing has changed
   */
  void change(String model, Map<String, Optional<String>> changes) throws IOException {
    Map<String, String> keys = new TreeMap<>(read(model));
    changes.forEach(
        (key, value) -> value.ifPresentOrElse(text -> keys.put(key, text), () -> keys.remove(key)));
    for (String key : keys.keySet()) {
      if (!ModelSettings.KEYS.contains(key)) {
        throw new IllegalArgumentException(
            key + " is not a model setting; the settings are " + ModelSettings.KEYS);
      }
    }
    ModelSettings.of(keys);
    if (keys.isEmpty()) {
      Files.deleteIfExists(file(model));
    } else {
      write(model, keys);
    }
  }

  private void write(String model, Map<String, String> keys) throws IOException {
    Properties properties = new Properties();
    properties.putAll(keys);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    Path folder = Files.createDirectories(store.resolve(FOLDER));
    Path temporary = Files.createTempFile(folder, "." + model, ".tmp");
    try {
      Files.writeString(temporary, text.toString());
      Files.move(temporary, file(model), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
