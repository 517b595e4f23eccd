package io.lynxeye.cli.models;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.importers.GraphInput;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.serving.management.ModelInventory;
import io.lynxeye.serving.management.VersionView;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.store.StoreEditor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The models of a store folder; needs no running server. */
final class LocalModels implements ModelCatalogue {

  private final StoreOptions store;

  LocalModels(StoreOptions store) {
    this.store = store;
  }

  @Override
  public List<JsonObject> list() throws Failure {
    return read().values().stream()
        .flatMap(List::stream)
        .map(view -> json(view, VersionView::summary))
        .toList();
  }

  @Override
  public List<JsonObject> describe(String model) throws Failure {
    List<VersionView> versions = read().getOrDefault(model, List.of());
    if (versions.isEmpty()) {
      throw missing(model, Optional.empty());
    }
    return versions.stream().map(view -> json(view, VersionView::properties)).toList();
  }

  private NavigableMap<String, List<VersionView>> read() throws Failure {
    return ModelInventory.of(store.store(), store.read());
  }

  /** Describes a version without its state, which only a running server knows. */
  private static JsonObject json(
      VersionView view, Function<VersionView, Map<String, Object>> facts) {
    JsonObject json = new JsonObject();
    json.addProperty("modelName", view.name());
    view.version().ifPresent(number -> json.addProperty("version", number.toString()));
    new Gson().toJsonTree(facts.apply(view)).getAsJsonObject().asMap().forEach(json::add);
    json.remove("state");
    return json;
  }

  @Override
  public String add(
      String model,
      Optional<String> source,
      Optional<VersionNumber> version,
      Optional<String> sha256)
      throws Failure, ImportException, InterruptedException {
    if (version.isEmpty() && read().containsKey(model)) {
      throw new Failure(
          "model '%s' already exists in %s; use --model-version to add a version to it"
              .formatted(model, store.store()));
    }
    ImportRequest request =
        new ImportRequest(
            model,
            source,
            sha256,
            model,
            version.map(VersionNumber::toString).orElse("1"),
            GraphInput.PIXELS,
            true,
            false,
            Map.of());
    return store.importModel(request).toString();
  }

  @Override
  public String remove(String model, Optional<VersionNumber> version) throws Failure, IOException {
    OptionalLong number = version.stream().mapToLong(VersionNumber::value).findFirst();
    try {
      return "moved to " + new StoreEditor(store.store()).remove(model, number);
    } catch (NoSuchFileException e) {
      throw missing(model, version);
    }
  }

  private Failure missing(String model, Optional<VersionNumber> version) {
    return new Failure(
        "no model '%s'%s in %s; ./lynxeye models list shows the models"
            .formatted(model, version.map(n -> " version " + n).orElse(""), store.store()));
  }
}
