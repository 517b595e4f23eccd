package io.lynxeye.store;

import io.lynxeye.model.ArchiveName;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.StoredModel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One look at one model: its folder, its archives, and what an operator says of it. While its
 * settings are not complete or cannot be understood it is frozen: what was handed on before goes
 * on, and nothing new is.
 */
final class ModelLook {

  /** What may lie beside version folders and is no version. */
  private static final Set<String> KNOWN = Set.of(ModelManifest.FILE, "synset.txt");

  /** Reads what the look has seen of a drop. */
  @FunctionalInterface
  private interface Reading {
    Found read(FileTree tree, String fingerprint) throws IOException, UnusableException;
  }

  private final String name;
  private final StoreLook store;
  private final Drops drops;
  private final Map<Integer, Path> origins = new HashMap<>();
  private final List<ModelSource> sources = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>();
  private boolean frozen;
  private boolean isPending;

  ModelLook(String name, StoreLook store, Drops drops) {
    this.name = name;
    this.store = store;
    this.drops = drops;
  }

  /**
   * Looks.
   *
   * @param last what the look before made of it
   * @return the model, if it has a version to serve, or will have one: while something of it is
   *     still being copied, a version that was taken away is not missed yet
   * @throws IOException when its folder cannot be listed
   */
  Optional<StoredModel> look(Optional<Path> folder, List<Path> archives, Optional<StoredModel> last)
      throws IOException {
    Optional<Map<String, String>> operator = operator();
    frozen = operator.isEmpty();
    if (folder.isPresent()) {
      folder(folder.get());
    }
    archives.forEach(this::archive);
    return operator
        .map(this::merged)
        .or(() -> last.map(StoredModel::settings))
        .filter(found -> !sources.isEmpty() || (isPending && last.isPresent()))
        .map(found -> new StoredModel(name, found, sources, isPending));
  }

  /** An operator's settings; empty when they cannot be understood. */
  private Optional<Map<String, String>> operator() {
    Path file = store.operator().file(name);
    try {
      Map<String, String> keys = store.operator().read(name);
      ModelSettings.of(keys);
      return Optional.of(keys);
    } catch (IllegalArgumentException e) {
      drops.report(file, e.getMessage());
    } catch (IOException e) {
      drops.report(file, "it cannot be read: " + Disk.words(e));
    }
    return Optional.empty();
  }

  private ModelSettings merged(Map<String, String> operator) {
    Map<String, String> merged = new TreeMap<>(settings);
    merged.putAll(operator);
    return ModelSettings.of(merged);
  }

  private void folder(Path folder) throws IOException {
    List<Path> children = store.visible(folder);
    if (children.stream().noneMatch(child -> Names.isVersion(versionName(child)))) {
      take(folder, "", (tree, print) -> VersionReader.bare(name, tree, print));
      return;
    }
    Map<String, String> defaults = manifest(folder.resolve(ModelManifest.FILE)).defaults();
    List<Path> archives = new ArrayList<>();
    for (Path child : children) {
      String childName = child.getFileName().toString();
      if (Names.isVersion(childName)) {
        version(child, childName, defaults);
      } else if (Names.isVersion(versionName(child))) {
        archives.add(child);
      } else if (ModelFormat.ofFile(childName).isPresent()) {
        drops.report(child, "it lies beside version folders: move it into one of its own");
      } else if (!KNOWN.contains(childName) && !Names.isForPeople(childName)) {
        store.stray(child);
      }
    }
    archives.forEach(archive -> version(archive, versionName(archive), defaults));
  }

  private static String versionName(Path path) {
    String fileName = path.getFileName().toString();
    return ArchiveName.withoutEnding(fileName).orElse(fileName);
  }

  /** That there is none is true at once the first time, but not when there was one before. */
  private Found manifest(Path file) {
    boolean isThere = store.isThere(file);
    Drops.Taken taken;
    if (isThere) {
      taken = look(file, "", false, (tree, print) -> manifest(tree));
    } else if (drops.isNew(file)) {
      taken = drops.takeAtOnce(file, "", Found.NOTHING);
    } else {
      taken = drops.take(file, "", "", false, () -> Found.NOTHING);
    }
    frozen |= !taken.isCurrent();
    Found found = taken.found().orElse(Found.NOTHING);
    settings.putAll(found.settings());
    return found;
  }

  private static Found manifest(FileTree tree) throws IOException, UnusableException {
    if (!tree.isFile("")) {
      throw new UnusableException("it is a folder: a file is expected");
    }
    return VersionReader.settings(VersionReader.keys(tree.root(), tree.files().get("").size()));
  }

  private void version(Path path, String number, Map<String, String> defaults) {
    ModelId id;
    try {
      id = new ModelId(name, Names.version(number));
    } catch (IllegalArgumentException e) {
      drops.report(path, e.getMessage());
      return;
    }
    boolean isArchive = ArchiveName.withoutEnding(path.getFileName().toString()).isPresent();
    String more = defaults + (isArchive ? store.unpacked(path) : "");
    take(
        path,
        more,
        (tree, print) -> {
          if (isArchive) {
            return store.unpack(tree, print).version(id, defaults);
          }
          if (tree.files().containsKey("")) {
            throw new UnusableException("it is a file: a version is a folder or an archive");
          }
          return VersionReader.version(id, tree, print, defaults);
        });
  }

  private void archive(Path path) {
    take(path, store.unpacked(path), (tree, print) -> store.unpack(tree, print).model(name));
  }

  /** Adds what a drop has, unless the model has it already. */
  private void take(Path path, String more, Reading reading) {
    Drops.Taken taken = look(path, more, frozen, reading);
    isPending |= taken.isPending();
    Found found = taken.found().orElse(Found.NOTHING);
    found.settings().forEach(settings::putIfAbsent);
    for (ModelSource source : found.sources()) {
      Path other = origins.putIfAbsent(source.id().version(), path);
      if (other == null) {
        sources.add(source);
      } else {
        drops.report(
            path,
            "version %d is in %s too, which is served: remove one of the two"
                .formatted(source.id().version(), store.relative(other)));
      }
    }
  }

  private Drops.Taken look(Path path, String more, boolean isFrozen, Reading reading) {
    try {
      FileTree tree = FileTree.of(path, store.disk());
      String state = tree.fingerprint();
      return drops.take(path, state, state + more, isFrozen, () -> reading.read(tree, state));
    } catch (UnusableException e) {
      String state = "!" + e.getMessage();
      return drops.take(
          path,
          state,
          state,
          isFrozen,
          () -> {
            throw e;
          });
    } catch (NoSuchFileException e) {
      return drops.changing(path);
    } catch (IOException e) {
      return drops.unreadable(path, e);
    }
  }
}
