package io.lynxeye.serving.management;

import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.ArchiveName;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.store.ModelStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Joins the store's contents with the states of the manager and the models that answer requests:
 * every model by name, each with its versions by number, entries that are not versions last.
 */
public final class ModelInventory {

  private static final Comparator<Optional<VersionNumber>> ORDER =
      Comparator.comparing(
          version -> version.orElse(null), Comparator.nullsLast(Comparator.naturalOrder()));

  private final Path store;
  private final ModelStore.Contents contents;
  private final Map<ModelId, ModelStatus> statuses = new TreeMap<>();
  private final ModelRegistry registry;
  private final NavigableMap<String, NavigableMap<Optional<VersionNumber>, VersionView>> models =
      new TreeMap<>();

  private ModelInventory(
      Path store,
      ModelStore.Contents contents,
      Collection<ModelStatus> statuses,
      ModelRegistry registry) {
    this.store = store;
    this.contents = contents;
    statuses.forEach(status -> this.statuses.put(status.id(), status));
    this.registry = registry;
  }

  /** The inventory of a store without a server. */
  public static NavigableMap<String, List<VersionView>> of(
      Path store, ModelStore.Contents contents) {
    return of(store, contents, List.of(), new ModelRegistry(), List.of());
  }

  static NavigableMap<String, List<VersionView>> of(
      Path store,
      ModelStore.Contents contents,
      Collection<ModelStatus> statuses,
      ModelRegistry registry,
      Collection<Imports.Import> imports) {
    ModelInventory inventory = new ModelInventory(store, contents, statuses, registry);
    contents.models().forEach(inventory::add);
    inventory.statuses.keySet().stream()
        .filter(id -> inventory.find(id.name(), Optional.of(id.version())).isEmpty())
        .forEach(id -> inventory.add(id, Optional.empty()));
    contents.unusable().stream()
        .filter(unusable -> !unusable.path().equals(store)) // The store itself is not a model.
        .forEach(inventory::add);
    imports.forEach(inventory::add);
    NavigableMap<String, List<VersionView>> all = new TreeMap<>();
    inventory.models.forEach((name, versions) -> all.put(name, List.copyOf(versions.values())));
    return Collections.unmodifiableNavigableMap(all);
  }

  private void add(StoredModel model) {
    model.sources().forEach(source -> add(source.id(), Optional.of(source)));
  }

  private void add(ModelId id, Optional<ModelSource> source) {
    Optional<ModelStatus> status = Optional.ofNullable(statuses.get(id));
    Optional<ServedModel> served =
        registry.find(id.name(), new VersionChoice.Exactly(id.version().value()));
    put(
        new VersionView(
            id.name(),
            Optional.of(id.version()),
            status.map(ModelStatus::state).orElse(ModelState.END),
            status.map(ModelStatus::since),
            status.flatMap(ModelStatus::failure),
            source.map(found -> place(found.folder())).orElse(id.toString()),
            source,
            served,
            aliases(id)));
  }

  /** Adds a reason to a version that is known already. */
  private void add(ModelStore.Unusable unusable) {
    Path place = inStore(unusable.path());
    String name = plain(place.getName(0));
    Optional<VersionNumber> version =
        place.getNameCount() > 1 ? number(place.getName(1)) : Optional.empty();
    put(
        find(name, version)
            .map(known -> known.because(unusable.reason()))
            .orElseGet(
                () ->
                    withoutSource(
                        name,
                        version,
                        ModelState.END,
                        Optional.empty(),
                        Optional.of(unusable.reason()),
                        place.toString())));
  }

  /** A path relative to the store; of one elsewhere, the names of the model and its version. */
  private Path inStore(Path path) {
    if (path.startsWith(store)) {
      return store.relativize(path);
    }
    int names = path.getNameCount();
    boolean isVersion = names > 1 && number(path.getFileName()).isPresent();
    return path.subpath(names - (isVersion ? 2 : 1), names);
  }

  private void add(Imports.Import next) {
    ModelId id = next.registration().id();
    if (find(id.name(), Optional.of(id.version())).isEmpty()) {
      put(
          withoutSource(
              id.name(),
              Optional.of(id.version()),
              next.state(),
              Optional.of(next.since()),
              next.failure(),
              next.registration().url()));
    }
  }

  private static VersionView withoutSource(
      String name,
      Optional<VersionNumber> version,
      ModelState state,
      Optional<Instant> since,
      Optional<String> reason,
      String place) {
    return new VersionView(
        name, version, state, since, reason, place, Optional.empty(), Optional.empty(), List.of());
  }

  private Optional<VersionView> find(String name, Optional<VersionNumber> version) {
    return Optional.ofNullable(models.get(name)).map(versions -> versions.get(version));
  }

  private void put(VersionView view) {
    models.computeIfAbsent(view.name(), unseen -> new TreeMap<>(ORDER)).put(view.version(), view);
  }

  private String place(Path folder) {
    return folder.startsWith(store) ? store.relativize(folder).toString() : folder.toString();
  }

  private List<String> aliases(ModelId id) {
    return contents.model(id.name()).stream()
        .flatMap(model -> model.settings().labels().keySet().stream())
        .filter(label -> isNamed(id, label))
        .toList();
  }

  private boolean isNamed(ModelId id, String label) {
    return registry
        .find(id.name(), new VersionChoice.Label(label))
        .filter(served -> served.id().equals(id))
        .isPresent();
  }

  /** The name without an archive's ending. */
  private static String plain(Path name) {
    return ArchiveName.withoutEnding(name.toString()).orElse(name.toString());
  }

  private static Optional<VersionNumber> number(Path name) {
    return VersionNumber.find(plain(name));
  }
}
