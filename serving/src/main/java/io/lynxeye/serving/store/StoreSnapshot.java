package io.lynxeye.serving.store;

import io.lynxeye.serving.model.ModelId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one scan saw of a store, from names and attributes alone.
 *
 * @param models by name
 * @param unknown paths that could not be examined: what earlier scans saw there still holds
 * @param problems what cannot be served, complete or not
 * @param strays what is ignored, because it is nothing that could be served
 */
record StoreSnapshot(
    List<Model> models, List<Path> unknown, List<ModelStore.Unusable> problems, List<Path> strays) {

  static final StoreSnapshot EMPTY = new StoreSnapshot(List.of(), List.of(), List.of(), List.of());

  /**
   * Everything in the store that belongs to one model.
   *
   * @param entries in the order of precedence
   * @param isPartial whether some of it could not be examined
   * @param settings of the model in {@code models.config}
   */
  record Model(String name, List<Entry> entries, boolean isPartial, Map<String, String> settings) {}

  /** Kinds of entries; of two with the same version, the first kind wins. */
  enum Kind {
    /** The {@code serving.properties} next to version folders. */
    MANIFEST,
    /** Another server's configuration next to version folders, and the files next to it. */
    CONFIG,
    VERSION_FOLDER,
    /** A model's folder without version folders. */
    MODEL_FOLDER,
    VERSION_ARCHIVE,
    MODEL_ARCHIVE;

    /** Whether it says something about all versions, and holds none. */
    boolean isOfModel() {
      return this == MANIFEST || this == CONFIG;
    }

    boolean isArchive() {
      return this == VERSION_ARCHIVE || this == MODEL_ARCHIVE;
    }
  }

  /** What a scan could see of an entry. */
  enum Status {
    WHOLE,
    /** Something in it can never be served; the state is the reason. */
    REFUSED,
    ABSENT,
    /** It moved or vanished during the scan. */
    CHANGING,
    UNREADABLE
  }

  /**
   * A file or folder that is complete or incomplete as a whole.
   *
   * @param id its version; version 1 of the model if it may hold several
   * @param state stays the same as long as nothing in the entry changes
   * @param tree its files, if they were seen
   */
  record Entry(
      Path path, Kind kind, ModelId id, Status status, String state, Optional<FileTree> tree) {

    /** The entry itself and all files in it. */
    Stream<Path> paths() {
      return Stream.concat(
          Stream.of(path),
          tree.stream().flatMap(seen -> seen.files().keySet().stream().map(seen.root()::resolve)));
    }
  }

  /** The complete entries in which everything last changed before an instant. */
  Set<Path> unchangedSince(Instant limit) {
    return entries().stream()
        .filter(entry -> entry.status() == Status.WHOLE)
        .filter(entry -> entry.paths().allMatch(path -> Disk.isUnchangedSince(path, limit)))
        .map(Entry::path)
        .collect(Collectors.toSet());
  }

  /** Nothing in this folder could be examined. */
  static StoreSnapshot unknown(Path folder) {
    return new StoreSnapshot(List.of(), List.of(folder), List.of(), List.of());
  }

  List<Entry> entries() {
    return models.stream().flatMap(model -> model.entries().stream()).toList();
  }
}
