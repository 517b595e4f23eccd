package io.lynxeye.store;

import io.lynxeye.importers.archive.ArchiveLimits;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of models, in the layouts that its README lists. Reads only; any thread may call.
 *
 * <p>Names that start with a dot are not looked at: that is where imports put what is not complete
 * yet.
 */
public final class ModelStore {

  /**
   * Something in the store that cannot be served.
   *
   * @param path where it is
   * @param reason why, and what to change
   */
  public record Unusable(Path path, String reason) {}

  /**
   * What a look into the store found.
   *
   * @param models those with a version to serve, or with one on its way after another that was
   *     served; by name
   * @param unusable what was meant to be served and cannot be
   * @param strays what is not looked at, for it is nothing that could be served
   */
  public record Contents(List<StoredModel> models, List<Unusable> unusable, List<Path> strays) {

    /** Of a store where nothing is. */
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

    /** The model of that name, if it is among them. */
    public Optional<StoredModel> model(String name) {
      return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** Every version that can be served. */
    public Stream<ModelSource> sources() {
      return models.stream().flatMap(model -> model.sources().stream());
    }
  }

  private final Path folder;
  private final Disk.Lister lister;
  private final ArchiveCache cache;

  /**
   * @param folder the store; need not exist yet
   * @param cache this user's cache folder, where archives are unpacked
   */
  public ModelStore(Path folder, Path cache) {
    this(folder, Disk::list, new ArchiveCache(cache, ArchiveLimits.DEFAULT));
  }

  ModelStore(Path folder, Disk.Lister lister, ArchiveCache cache) {
    this.folder = folder;
    this.lister = lister;
    this.cache = cache;
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /**
   * One look that takes everything as it is, complete or not. One unusable entry never hides a
   * usable one. Unpacks archives that are not in the cache yet.
   *
   * @throws IOException when the store folder itself cannot be read; a missing one is empty
   */
  public Contents read() throws IOException {
    Drops drops = Drops.atOnce();
    drops.begin(Set.of(), true);
    return look(drops, Contents.EMPTY);
  }

  /**
   * One look of several.
   *
   * @param drops told that the look begins
   * @param last what the one before found
   * @throws IOException when the store folder cannot be read, or has gone; everything is as before
   */
  Contents look(Drops drops, Contents last) throws IOException {
    try {
      if (!Files.exists(folder) && last.models().isEmpty()) {
        return Contents.EMPTY;
      }
      if (!Files.exists(folder)) {
        throw new NoSuchFileException(folder.toString(), null, "it is not there any more");
      }
      Contents found = new StoreLook(folder, lister, cache, drops).look(last);
      return new Contents(found.models(), drops.end(), found.strays());
    } catch (IOException e) {
      drops.keepBelow(folder);
      drops.end();
      throw e;
    }
  }

  /** Deletes what no archive of this store stands for any more, and what is not in use. */
  void clearCache(Contents wanted, Set<Path> inUse) throws IOException {
    Stream<Path> folders = wanted.sources().map(ModelSource::folder);
    cache.clear(folder, Stream.concat(folders, inUse.stream()).collect(Collectors.toSet()));
  }

  /** Where a version may lie whose folder was put there in one step, and its model's manifest. */
  List<Path> places(String model, int version) {
    List<Path> places = new ArrayList<>();
    Path ofModel = folder.resolve(model);
    places.add(ofModel.resolve(Integer.toString(version)));
    places.add(ofModel.resolve(ModelManifest.FILE));
    if (version == 1) {
      places.add(ofModel);
    }
    return places;
  }
}
