package io.lynxeye.serving.store;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of models, in the layouts that its README lists. Never writes to it. Thread-safe.
 *
 * <p>It is read in three steps: {@link StoreScan} lists what is on disk, {@link StabilityTracker}
 * decides what is complete, {@link StoreReader} makes models of that. Names that start with a dot
 * are ignored: imports put incomplete versions there.
 */
public final class ModelStore {

  /**
   * Something in the store that cannot be served.
   *
   * @param path the file or folder
   * @param reason cause and cure
   */
  public record Unusable(Path path, String reason) {}

  /**
   * What a scan of the store found.
   *
   * @param models by name; those with a version to serve, or whose next version is still being
   *     copied
   * @param unusable what was meant to be served and cannot be
   * @param strays what is ignored, because it is nothing that could be served
   */
  public record Contents(List<StoredModel> models, List<Unusable> unusable, List<Path> strays) {

    /** The contents of an empty store. */
    public static final Contents EMPTY = new Contents(List.of(), List.of(), List.of());

    public Contents {
      models = List.copyOf(models);
      unusable = List.copyOf(unusable);
      strays = List.copyOf(strays);
    }

    /** Neither a version to serve nor anything that was meant to be one. */
    public boolean isEmpty() {
      return models.isEmpty() && unusable.isEmpty();
    }

    /** The model of that name, if there is one. */
    public Optional<StoredModel> model(String name) {
      return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** Every version that can be served. */
    public Stream<ModelSource> sources() {
      return models.stream().flatMap(model -> model.sources().stream());
    }
  }

  private final Path folder;
  private final List<Path> links;
  private final ModelsConfig config = new ModelsConfig();
  private final Disk.Lister lister;
  private final ArchiveCache cache;

  /**
   * @param folder the store; need not exist yet
   * @param cache this user's cache folder, where archives are unpacked
   */
  public ModelStore(Path folder, Path cache) {
    this(folder, cache, List.of());
  }

  /**
   * @param links folders outside the store that links in it may lead to
   */
  public ModelStore(Path folder, Path cache, List<Path> links) {
    this(folder, links, Disk::list, new ArchiveCache(cache, ArchiveLimits.DEFAULT));
  }

  ModelStore(Path folder, List<Path> links, Disk.Lister lister, ArchiveCache cache) {
    this.folder = folder;
    this.links = List.copyOf(links);
    this.lister = lister;
    this.cache = cache;
  }

  /** The store's path. */
  public Path folder() {
    return folder;
  }

  /**
   * Reads everything as it is now, complete or not. One unusable entry never hides a usable one.
   * Unpacks archives that are not in the cache yet.
   *
   * @throws IOException when the store folder itself cannot be read; a missing one is empty
   */
  public Contents read() throws IOException {
    StoreSnapshot snapshot = scan(true);
    StabilityTracker settled = StabilityTracker.after(1).settle(snapshot, Set.of(), true);
    return reader().read(snapshot, settled, Contents.EMPTY);
  }

  /**
   * @param mayBeMissing whether a store that is not there is empty
   * @throws IOException when the store folder cannot be read, or is missing and may not be
   */
  StoreSnapshot scan(boolean mayBeMissing) throws IOException {
    if (Files.exists(folder)) {
      return new StoreScan(folder, new Disk(folder, links, lister), config).scan();
    }
    if (mayBeMissing) {
      return StoreSnapshot.EMPTY;
    }
    throw new NoSuchFileException(folder.toString(), null, "it is not there any more");
  }

  /** A reader that remembers nothing yet. */
  StoreReader reader() {
    return new StoreReader(folder, cache);
  }

  /** Deletes the unpacked content of archives that were removed or replaced, unless in use. */
  void clearCache(Contents wanted, Set<Path> inUse) throws IOException {
    Stream<Path> folders = wanted.sources().map(ModelSource::folder);
    cache.clear(folder, Stream.concat(folders, inUse.stream()).collect(Collectors.toSet()));
  }

  /** The possible paths of a version that was moved in as a folder, and its model's manifest. */
  List<Path> paths(String model, VersionNumber version) {
    Path ofModel = folder.resolve(model);
    Path ofVersion = ofModel.resolve(version.toString());
    Path manifest = ofModel.resolve(ModelManifest.FILE);
    return version.value() == 1
        ? List.of(ofVersion, manifest, ofModel)
        : List.of(ofVersion, manifest);
  }
}
