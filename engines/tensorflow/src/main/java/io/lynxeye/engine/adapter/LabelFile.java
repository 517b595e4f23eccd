package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads a model's labels from where DJL finds them: a named file, the manifest itself, or
 * synset.txt.
 */
public final class LabelFile {

  private static final String DEFAULT = "synset.txt";

  /** Labels from a file of another server. They may be those of another output. */
  private static final String IMPLIED = "classLabels";

  private LabelFile() {}

  /**
   * Returns the labels in the order of the classes; empty when the model has none.
   *
   * @throws ModelLoadException when they cannot be read
   */
  public static List<String> read(ModelSource source) throws ModelLoadException {
    Map<String, String> manifest = source.manifest().arguments();
    String named = manifest.get("synsetFileName");
    if (named != null) {
      return lines(source.folder(), named.trim());
    }
    String inline = manifest.getOrDefault("synset", manifest.getOrDefault(IMPLIED, "")).trim();
    if (!inline.isEmpty()) {
      return Arrays.stream(inline.split("\\s*(?<!\\\\),\\s*", -1))
          .map(label -> label.replace("\\,", ","))
          .toList();
    }
    if (Files.exists(source.folder().resolve(DEFAULT))) {
      return lines(source.folder(), DEFAULT);
    }
    if (manifest.containsKey("synsetUrl")) {
      throw new ModelLoadException(
          "synsetUrl is not supported, because the server fetches nothing from the network: put the labels into"
              + " the model's folder as "
              + DEFAULT);
    }
    return List.of();
  }

  /** Whether the labels come from a file of another server, made for other purposes. */
  static boolean areImplied(ModelSource source) {
    Map<String, String> manifest = source.manifest().arguments();
    return manifest.containsKey(IMPLIED)
        && !manifest.containsKey("synset")
        && !manifest.containsKey("synsetFileName");
  }

  private static List<String> lines(Path folder, String name) throws ModelLoadException {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
      throw new ModelLoadException(
          "%s: synsetFileName=%s is not a file in the model's folder"
              .formatted(ModelManifest.FILE, name));
    }
    try {
      return Files.readAllLines(file).stream().map(String::trim).toList();
    } catch (IOException e) {
      throw new ModelLoadException(name + " cannot be read as UTF-8 text: " + e.getMessage(), e);
    }
  }
}
