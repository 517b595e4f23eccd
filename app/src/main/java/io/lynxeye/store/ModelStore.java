package io.lynxeye.store;

import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a model store: {@code <store>/<model>/<version>/saved_model.pb}. Names that start with a
 * dot are not looked at: that is where imports put what is not complete yet.
 */
public final class ModelStore {

  private static final String SAVED_MODEL = "saved_model.pb";
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]*");

  /**
   * Something in the store that cannot be served.
   *
   * @param path where it is
   * @param reason why, and what to change
   */
  public record Unusable(Path path, String reason) {}

  /** What a look into the store found. */
  public record Contents(List<StoredModel> models, List<Unusable> unusable) {

    /** Neither a version to serve nor anything that was meant to be one. */
    public boolean isEmpty() {
      return models.isEmpty() && unusable.isEmpty();
    }
  }

  private final Path folder;

  public ModelStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Looks at every version folder. One unusable entry never hides a usable one.
   *
   * @throws IOException when the store folder itself cannot be read; a missing one is empty
   */
  public Contents read() throws IOException {
    Contents contents = new Contents(new ArrayList<>(), new ArrayList<>());
    if (Files.exists(folder)) {
      for (Path model : children(folder)) {
        readModel(model, contents);
      }
    }
    return contents;
  }

  private static void readModel(Path model, Contents contents) {
    String name = model.getFileName().toString();
    if (!Files.isDirectory(model)) {
      return; // A stray file, such as the store's README.
    }
    if (!ModelId.isName(name)) {
      contents.unusable.add(
          new Unusable(model, "its name is no model name: use letters, digits, '.', '_' and '-'"));
      return;
    }
    try {
      List<Path> versions =
          children(model).stream()
              .filter(path -> VERSION.matcher(path.getFileName().toString()).matches())
              .toList();
      if (versions.isEmpty()) {
        contents.unusable.add(
            new Unusable(
                model, "it has no version folder: expected " + name + "/1/" + SAVED_MODEL));
      }
      List<ModelSource> sources = new ArrayList<>();
      versions.forEach(version -> readVersion(name, version, sources, contents));
      if (!sources.isEmpty()) {
        contents.models.add(new StoredModel(name, ModelSettings.DEFAULT, sources));
      }
    } catch (IOException e) {
      contents.unusable.add(new Unusable(model, "it cannot be read: " + e));
    }
  }

  private static void readVersion(
      String name, Path version, List<ModelSource> sources, Contents contents) {
    try {
      if (!Files.isRegularFile(version.resolve(SAVED_MODEL))) {
        contents.unusable.add(new Unusable(version, "it has no " + SAVED_MODEL));
        return;
      }
      ModelId id = new ModelId(name, Integer.parseInt(version.getFileName().toString()));
      ModelFiles files = new ModelFiles(version, ModelFormat.SAVED_MODEL, SAVED_MODEL, "");
      sources.add(new ModelSource(id, files, ModelManifest.read(version)));
    } catch (IOException e) {
      contents.unusable.add(new Unusable(version, "it cannot be read: " + e));
    } catch (NumberFormatException e) {
      contents.unusable.add(
          new Unusable(version, "its version is larger than " + Integer.MAX_VALUE));
    } catch (IllegalArgumentException e) {
      contents.unusable.add(new Unusable(version, e.getMessage()));
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(path -> !path.getFileName().toString().startsWith(".")).sorted().toList();
    }
  }
}
