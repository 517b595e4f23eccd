package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.ProtoText;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * TensorFlow Serving's {@code models.config} in the store's root: names for folders of models, and
 * settings of these models. While the file is invalid, its last valid content stays. Thread-safe.
 */
final class ModelsConfig {

  static final String FILE = "models.config";

  private static final long MAX_BYTES = 1_000_000;

  /**
   * A model in the file.
   *
   * @param basePath the folder of its versions
   * @param settings which versions to serve, and their labels
   */
  record Named(String name, Path basePath, Map<String, String> settings) {}

  private volatile List<Named> last = List.of();

  /**
   * The models that the file names; none without a file.
   *
   * @param problems takes what is wrong with it
   */
  List<Named> read(Path store, Consumer<String> problems) {
    Path file = store.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      last = List.of();
      return last;
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException("it is larger than a megabyte: shorten it");
      }
      last = models(ProtoText.parse(Files.readString(file)), store, problems);
    } catch (IllegalArgumentException e) {
      problems.accept(e.getMessage() + "; until it is corrected, its last valid content stays");
    } catch (IOException e) {
      problems.accept(Disk.unreadable(e));
    }
    return last;
  }

  private static List<Named> models(ProtoText config, Path store, Consumer<String> problems) {
    List<Named> models = new ArrayList<>();
    Set<Object> taken = new HashSet<>();
    for (ProtoText list : config.messages("model_config_list")) {
      for (ProtoText model : list.messages("config")) {
        try {
          Named named = model(model, store);
          if (!taken.add(named.name()) || !taken.add(named.basePath())) {
            throw new IllegalArgumentException(
                "model %s has the name or the base_path of another one: change it"
                    .formatted(named.name()));
          }
          models.add(named);
        } catch (IllegalArgumentException e) {
          problems.accept(e.getMessage());
        }
      }
    }
    if (config.message("model_config_list").isEmpty()) {
      throw new IllegalArgumentException("it has no model_config_list: only that is supported");
    }
    return List.copyOf(models);
  }

  private static Named model(ProtoText model, Path store) {
    String name = model.text("name").orElse("");
    if (!ModelId.isName(name)) {
      throw new IllegalArgumentException(
          "name '" + name + "' is not a valid model name: use letters, digits, '.', '_' and '-'");
    }
    String platform = model.text("model_platform").orElse("tensorflow");
    if (!platform.equals("tensorflow")) {
      throw new IllegalArgumentException(
          "model_platform of %s is %s, and only tensorflow is supported".formatted(name, platform));
    }
    String basePath = model.text("base_path").orElse("");
    if (basePath.isEmpty()) {
      throw new IllegalArgumentException("model " + name + " has no base_path: add it");
    }
    Map<String, String> settings = new TreeMap<>();
    model
        .message("model_version_policy")
        .flatMap(ProtoText::versions)
        .ifPresent(versions -> settings.put("versions", versions));
    List<String> labels = new ArrayList<>();
    for (ProtoText label : model.messages("version_labels")) {
      labels.add(label.text("key").orElse("") + ":" + label.text("value").orElse(""));
    }
    if (!labels.isEmpty()) {
      settings.put("labels", String.join(",", labels));
    }
    ModelSettings.of(settings); // Throws what is wrong with them.
    return new Named(name, inStore(store, Path.of(basePath)), settings);
  }

  /**
   * A path into the store in the form in which the store's path is written. A path that is not
   * there is most often one of another machine or container, where the store lay elsewhere: its
   * last names are looked for in the store.
   */
  private static Path inStore(Path store, Path path) {
    Path absolute = store.toAbsolutePath().normalize();
    Path base = absolute.resolve(path).normalize();
    if (base.startsWith(absolute)) {
      return store.resolve(absolute.relativize(base));
    }
    for (int first = 1; first < base.getNameCount() && !Files.exists(base); first++) {
      Path end = store.resolve(base.subpath(first, base.getNameCount()));
      if (Files.isDirectory(end)) {
        return end;
      }
    }
    return base;
  }

  /** The settings of a model of that name; empty if it is not in the list. */
  static Map<String, String> settings(List<Named> models, String name) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(Named::settings)
        .orElse(Map.of());
  }

  /** The model whose folder this is, or lies below it. */
  static Optional<Named> below(List<Named> models, Path path) {
    return models.stream().filter(model -> model.basePath().startsWith(path)).findFirst();
  }
}
