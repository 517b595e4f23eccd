package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.UnusableException;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.store.StoreSnapshot.Entry;
import io.lynxeye.serving.store.StoreSnapshot.Kind;
import io.lynxeye.serving.store.StoreSnapshot.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads complete entries and makes models of them: the third step. While an entry changes, or
 * cannot be served as it is now, its last content stays. Not thread-safe.
 */
final class StoreReader {

  /**
   * The last content of an entry.
   *
   * @param fingerprint of everything that the content depends on
   */
  private record Accepted(String fingerprint, EntryReader.Content content) {}

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
   * Reads every model. An unusable one never hides a usable one.
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
      if (model.isPartial() && before.isPresent()) {
        models.add(before.get());
      } else {
        new ModelReader(model, settled, problems).read(before).ifPresent(models::add);
      }
    }
    return new ModelStore.Contents(models, problems, snapshot.strays());
  }

  /**
   * Reads one model. While its settings are incomplete or invalid it is frozen: it keeps the
   * versions read before and gets no new ones.
   */
  private final class ModelReader {

    private final StoreSnapshot.Model model;
    private final StabilityTracker settled;
    private final List<ModelStore.Unusable> problems;
    private final Map<VersionNumber, Path> origins = new HashMap<>();
    private final List<ModelSource> sources = new ArrayList<>();
    private final Map<String, String> settings = new TreeMap<>();
    private EntryReader.Defaults defaults = EntryReader.Defaults.NONE;
    private boolean isFrozen;
    private boolean isPending;

    ModelReader(
        StoreSnapshot.Model model, StabilityTracker settled, List<ModelStore.Unusable> problems) {
      this.model = model;
      this.settled = settled;
      this.problems = problems;
    }

    /**
     * @return the model, if it has a version to serve, or if it had one and another is still being
     *     copied
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

    /** Empty when they are invalid. */
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
      merged.putAll(model.settings());
      merged.putAll(operator);
      return ModelSettings.of(merged);
    }

    private void add(Entry entry) {
      boolean isCurrent = entry.status() != Status.UNREADABLE && readIfStable(entry);
      EntryReader.Content content =
          Optional.ofNullable(accepted.get(entry.path()))
              .map(Accepted::content)
              .orElse(EntryReader.Content.NONE);
      if (entry.kind().isOfModel()) {
        isFrozen |= !isCurrent;
        defaults =
            entry.kind() == Kind.MANIFEST
                ? new EntryReader.Defaults(content.defaults().keys(), defaults.implied())
                : new EntryReader.Defaults(defaults.keys(), content.defaults().implied());
      }
      content.settings().forEach(settings::putIfAbsent);
      content.sources().stream()
          .filter(source -> source.id().name().equals(model.name())) // Not of a former name.
          .forEach(source -> add(source, entry.path()));
    }

    /**
     * Reads an entry that is complete and has changed.
     *
     * @return whether the accepted content is the current one
     */
    private boolean readIfStable(Entry entry) {
      Path path = entry.path();
      String fingerprint = model.name() + entry.state() + defaults;
      try {
        if (!isAccepted(entry, fingerprint)) {
          boolean isOfModel = entry.kind().isOfModel();
          if (!settled.isStable(path) || (isFrozen && !isOfModel)) {
            isPending |= !isOfModel;
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

    private boolean isAccepted(Entry entry, String fingerprint) {
      Accepted before = accepted.get(entry.path());
      return before != null
          && before.fingerprint().equals(fingerprint)
          && (!entry.kind().isArchive() || isUnpacked(entry));
    }

    /** False after the cache was cleared: the archive is read, and so unpacked, again. */
    private boolean isUnpacked(Entry entry) {
      return entry
          .tree()
          .flatMap(FileTree::file)
          .filter(a -> cache.has(entry.path(), a))
          .isPresent();
    }

    /** A path as short as it can be said; {@code models.config} may name one elsewhere. */
    private Path place(Path path) {
      return path.startsWith(store) ? store.relativize(path) : path;
    }

    /** Adds a version, unless an earlier entry has it. */
    private void add(ModelSource source, Path path) {
      Path other = origins.putIfAbsent(source.id().version(), path);
      if (other == null) {
        sources.add(source);
      } else {
        String reason =
            "version %s is in %s too, which is served: remove one of the two"
                .formatted(source.id().version(), place(other));
        problems.add(new ModelStore.Unusable(path, reason));
      }
    }
  }
}
