package io.lynxeye.cli;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.lynxeye.importers.ImportRequest;
import io.lynxeye.management.ModelInventory;
import io.lynxeye.management.VersionFacts;
import io.lynxeye.management.VersionView;
import io.lynxeye.store.StoreEditor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The models of a store folder; no server need run. */
final class StoreShelf implements ModelShelf {

  private final Places places;

  StoreShelf(Places places) {
    this.places = places;
  }

  @Override
  public List<JsonObject> list() throws Failure {
    return read().values().stream()
        .flatMap(List::stream)
        .map(view -> json(view, VersionFacts::brief))
        .toList();
  }

  @Override
  public List<JsonObject> describe(String model) throws Failure {
    List<VersionView> versions = read().getOrDefault(model, List.of());
    if (versions.isEmpty()) {
      throw missing(model, OptionalInt.empty());
    }
    return versions.stream().map(view -> json(view, VersionFacts::all)).toList();
  }

  private NavigableMap<String, List<VersionView>> read() throws Failure {
    return ModelInventory.of(places.store(), Models.read(places));
  }

  /** Whether it serves is a server's to say, so nothing is said of it here. */
  private static JsonObject json(
      VersionView view, Function<VersionView, Map<String, Object>> facts) {
    JsonObject json = new JsonObject();
    json.addProperty("modelName", view.name());
    view.version().ifPresent(number -> json.addProperty("version", Integer.toString(number)));
    new Gson().toJsonTree(facts.apply(view)).getAsJsonObject().asMap().forEach(json::add);
    json.remove("state");
    return json;
  }

  @Override
  public String add(
      String model, Optional<String> source, OptionalInt version, Optional<String> sha256)
      throws Failure, InterruptedException {
    if (version.isEmpty() && read().containsKey(model)) {
      throw new Failure(
          "there is a model '%s' in %s already; say --model-version to add a version to it"
              .formatted(model, places.store()));
    }
    ImportRequest request = ImportRequest.of(model).withVersion(version.orElse(1));
    if (source.isPresent()) {
      request = request.withSource(source.get());
    }
    if (sha256.isPresent()) {
      request = request.withSha256(sha256.get());
    }
    return ImportCommand.run(places, request).toString();
  }

  @Override
  public String remove(String model, OptionalInt version) throws Failure {
    try {
      return "moved to " + new StoreEditor(places.store()).remove(model, version);
    } catch (NoSuchFileException e) {
      throw missing(model, version);
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  private Failure missing(String model, OptionalInt version) {
    return new Failure(
        "there is no model '%s'%s in %s; ./lynxeye models list tells what there is"
            .formatted(
                model,
                version.isPresent() ? " version " + version.getAsInt() : "",
                places.store()));
  }
}
