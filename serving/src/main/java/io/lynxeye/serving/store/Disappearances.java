package io.lynxeye.serving.store;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides whether what a scan misses is gone. Not thread-safe.
 *
 * <ul>
 *   <li>A version is gone when the next scan misses it too: replacing a folder means moving the old
 *       one out and the new one in, and a scan may fall between the two.
 *   <li>A store that vanished is never empty: neither when its folder is gone, nor when an empty
 *       one stands in its place, as after the end of a mount.
 * </ul>
 */
final class Disappearances {

  private final Path folder;
  private boolean wasThere;
  private Optional<Object> key = Optional.empty();
  private Set<ModelId> missed = Set.of();

  /**
   * @param folder the store
   */
  Disappearances(Path folder) {
    this.folder = folder;
  }

  /** Whether the store has never been there: then a missing one is empty. */
  boolean mayBeMissing() {
    return !wasThere;
  }

  /**
   * Accepts what a scan found.
   *
   * @param hadModels whether there were models before
   * @throws IOException when another folder is there, which is empty
   */
  void accept(StoreSnapshot found, boolean hadModels) throws IOException {
    Optional<Object> now = key();
    if (hadModels && found.models().isEmpty() && !now.equals(key)) {
      throw new IOException(
          "another, empty folder is in its place; to serve what is there now, start the server again");
    }
    key = now;
    wasThere |= Files.exists(folder);
  }

  /** Device and inode; empty where the file system has none, or the folder is missing. */
  private Optional<Object> key() throws IOException {
    return Files.exists(folder)
        ? Optional.ofNullable(Files.readAttributes(folder, BasicFileAttributes.class).fileKey())
        : Optional.empty();
  }

  /** What a scan found, plus the versions that it missed for the first time. */
  ModelStore.Contents keepMissing(ModelStore.Contents before, ModelStore.Contents found) {
    Set<ModelId> present = found.sources().map(ModelSource::id).collect(Collectors.toSet());
    List<ModelSource> missing =
        before.sources().filter(source -> !present.contains(source.id())).toList();
    TreeMap<String, StoredModel> models = new TreeMap<>();
    found.models().forEach(model -> models.put(model.name(), model));
    for (ModelSource source : missing) {
      if (!missed.contains(source.id())) {
        String name = source.id().name();
        StoredModel last = before.model(name).orElseThrow();
        StoredModel model =
            models.getOrDefault(name, new StoredModel(name, last.settings(), List.of()));
        List<ModelSource> sources = new ArrayList<>(model.sources());
        sources.add(source);
        models.put(name, new StoredModel(name, model.settings(), sources, model.isArriving()));
      }
    }
    missed = missing.stream().map(ModelSource::id).collect(Collectors.toSet());
    return new ModelStore.Contents(List.copyOf(models.values()), found.unusable(), found.strays());
  }

  /** Forgets what was missing: after a scan that takes everything as it is. */
  void forget() {
    missed = Set.of();
  }
}
