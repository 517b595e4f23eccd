package io.lynxeye.store;

import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import io.lynxeye.store.StoreSnapshot.Entry;
import io.lynxeye.store.StoreSnapshot.Kind;
import io.lynxeye.store.StoreSnapshot.Sight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The third step: reads complete entries and makes models of them. While an entry changes, or
 * cannot be served as it is now, what it held when it was last read stays. Belongs to the thread
 * that scans.
 */
final class StoreReader {

  /**
   * @param fingerprint of the entry and of all else that decides what it holds
   */
  private record Accepted(String fingerprint, EntryContent content) {}

  private final Path store;
  private final ArchiveCache cache;
  private final EntryReader entries;
  private final Map<Path, Accepted> accepted = new HashMap<>();

  StoreReader(Path store, ArchiveCache cache) {
    this.store = store;
    this.cache = cache;
    this.entries = new EntryReader(cache);
  }

  /**
   * Reads every model. One that is unusable never hides one that is not.
   *
   * @param settled which entries of the snapshot are complete
   * @param last what was read before
   */
  ModelStore.Contents read(
      StoreSnapshot snapshot, StabilityTracker settled, ModelStore.Contents last) {
    accepted.keySet().retainAll(settled.paths());
    List<ModelStore.Unusable> problems = new ArrayList<>(snapshot.problems());
    List<StoredModel> models = new ArrayList<>();
    for (StoreSnapshot.Model model : snapshot.models()) {
      Optional<StoredModel> before = last.model(model.name());
      (model.isPartial() && before.isPresent()
              ? before
              : new ModelReader(model, settled, problems).read(before))
          .ifPresent(models::add);
    }
    return new ModelStore.Contents(models, problems, snapshot.strays());
  }

  /**
   * Reads one model. While its settings are not complete or cannot be understood it is frozen: the
   * versions read before are kept, and no new one is read.
   */
  private final class ModelReader {

    private final StoreSnapshot.Model model;
    private final StabilityTracker settled;
    private final List<ModelStore.Unusable> problems;
    private final Map<Integer, Path> origins = new HashMap<>();
    private final List<ModelSource> sources = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private Map<String, String> defaults = Map.of();
    private boolean isFrozen;
    private boolean isPending;

    ModelReader(
        StoreSnapshot.Model model, StabilityTracker settled, List<ModelStore.Unusable> problems) {
      this.model = model;
      this.settled = settled;
      this.problems = problems;
    }

    /**
     * @return the model, if it has a version to serve, or will have one: while something of it is
     *     still being copied, a version that was taken away is not missed yet
     */
    Optional<StoredModel> read(Optional<StoredModel> last) {
      Optional<Map<String, String>> operator = operatorSettings();
      isFrozen = operator.isEmpty();
      model.entries().forEach(this::add);
      return operator
          .map(this::merged)
          .or(() -> last.map(StoredModel::settings))
          .filter(merged -> !sources.isEmpty() || (isPending && last.isPresent()))
          .map(merged -> new StoredModel(model.name(), merged, sources, isPending));
    }

    /** Empty when they cannot be understood. */
    private Optional<Map<String, String>> operatorSettings() {
      OperatorSettings operator = new OperatorSettings(store);
      Path file = operator.file(model.name());
      try {
        Map<String, String> keys = operator.read(model.name());
        ModelSettings.of(keys);
        return Optional.of(keys);
      } catch (IllegalArgumentException e) {
        problems.add(new ModelStore.Unusable(file, e.getMessage()));
      } catch (IOException e) {
        problems.add(new ModelStore.Unusable(file, Disk.unreadable(e)));
      }
      return Optional.empty();
    }

    private ModelSettings merged(Map<String, String> operator) {
      Map<String, String> merged = new TreeMap<>(settings);
      merged.putAll(operator);
      return ModelSettings.of(merged);
    }

    private void add(Entry entry) {
      boolean isCurrent = entry.sight() != Sight.UNREADABLE && readIfStable(entry);
      EntryContent content =
          Optional.ofNullable(accepted.get(entry.path()))
              .map(Accepted::content)
              .orElse(EntryContent.NOTHING);
      if (entry.kind() == Kind.MANIFEST) {
        isFrozen |= !isCurrent;
        defaults = content.defaults();
      }
      content.settings().forEach(settings::putIfAbsent);
      content.sources().forEach(source -> add(source, entry.path()));
    }

    /** Whether what is accepted of the entry is what it holds now. */
    private boolean readIfStable(Entry entry) {
      Path path = entry.path();
      String fingerprint = fingerprint(entry);
      Accepted before = accepted.get(path);
      try {
        if (before == null || !before.fingerprint().equals(fingerprint)) {
          boolean isManifest = entry.kind() == Kind.MANIFEST;
          if (!settled.isStable(path) || (isFrozen && !isManifest)) {
            isPending |= !isManifest;
            return false;
          }
          accepted.put(path, new Accepted(fingerprint, entries.read(entry, defaults)));
        }
        problems.addAll(accepted.get(path).content().unusable());
        return true;
      } catch (UnusableException e) {
        problems.add(new ModelStore.Unusable(path, e.getMessage()));
        if (e.isGone()) {
          accepted.remove(path);
        }
      } catch (IOException e) {
        problems.add(new ModelStore.Unusable(path, Disk.unreadable(e)));
      }
      return false;
    }

    private String fingerprint(Entry entry) {
      boolean isVersion =
          entry.kind() == Kind.VERSION_FOLDER || entry.kind() == Kind.VERSION_ARCHIVE;
      String state = entry.state() + (isVersion ? defaults : "");
      return entry
          .tree()
          .filter(tree -> entry.kind().isArchive())
          .flatMap(FileTree::file)
          .map(archive -> state + cache.presence(entry.path(), archive))
          .orElse(state);
    }

    /** Adds a version, unless an earlier entry has it. */
    private void add(ModelSource source, Path path) {
      Path other = origins.putIfAbsent(source.id().version(), path);
      if (other == null) {
        sources.add(source);
      } else {
        String reason =
            "version %d is in %s too, which is served: remove one of the two"
                .formatted(source.id().version(), store.relativize(other));
        problems.add(new ModelStore.Unusable(path, reason));
      }
    }
  }
}
