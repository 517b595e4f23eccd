package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.ImpliedKeys;
import io.lynxeye.serving.layout.Layouts;
import io.lynxeye.serving.layout.ModelFolder;
import io.lynxeye.serving.layout.UnusableException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.store.StoreSnapshot.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads one complete entry of the store. Opens manifests and archives, but no model file. */
final class EntryReader {

  /**
   * The content of one entry.
   *
   * @param sources the versions in it
   * @param manifest its keys for all versions of the model
   * @param implied what another server's configuration says about all versions
   * @param unusable what in it cannot be served
   */
  record Content(
      List<ModelSource> sources,
      Map<String, String> manifest,
      ImpliedKeys implied,
      List<ModelStore.Unusable> unusable) {

    static final Content NONE = new Content(List.of(), Map.of(), ImpliedKeys.NONE, List.of());

    /** Keys that are settings of the model. */
    Map<String, String> settings() {
      Map<String, String> settings = new TreeMap<>(implied.keys());
      settings.putAll(manifest);
      settings.keySet().retainAll(ModelSettings.KEYS);
      return settings;
    }

    /** The other keys, which apply to every version that does not set them itself. */
    Defaults defaults() {
      Map<String, String> defaults = new TreeMap<>(manifest);
      defaults.keySet().removeAll(ModelSettings.KEYS);
      return new Defaults(defaults, implied.without(ModelSettings.KEYS));
    }
  }

  /**
   * What applies to every version of a model that does not say otherwise.
   *
   * @param keys of the manifest next to the version folders
   * @param implied by another server's configuration there; weaker
   */
  record Defaults(Map<String, String> keys, ImpliedKeys implied) {

    static final Defaults NONE = new Defaults(Map.of(), ImpliedKeys.NONE);
  }

  private static final long MAX_MANIFEST_BYTES = 1_000_000;

  private final ArchiveCache cache;

  EntryReader(ArchiveCache cache) {
    this.cache = cache;
  }

  /**
   * @param defaults of the model, for versions that do not set them
   * @throws UnusableException when the entry cannot be served; says why
   */
  Content read(Entry entry, Defaults defaults) throws IOException, UnusableException {
    if (entry.status() == StoreSnapshot.Status.ABSENT) {
      return Content.NONE;
    }
    FileTree tree = entry.tree().orElseThrow(() -> new UnusableException(entry.state()));
    return switch (entry.kind()) {
      case MANIFEST -> modelManifest(tree);
      case CONFIG -> settings(Map.of(), Layouts.ofModel(tree.modelFolder()));
      case MODEL_FOLDER -> wholeModel(entry.id(), tree, entry.state());
      case MODEL_ARCHIVE -> archivedModel(entry, unpacked(tree));
      case VERSION_ARCHIVE -> {
        Path unpacked = unpacked(tree);
        FileTree content = FileTree.of(top(unpacked), new Disk(unpacked, Disk::list));
        yield version(entry.id(), content, entry.state(), defaults);
      }
      case VERSION_FOLDER -> {
        if (tree.file().isPresent()) {
          throw new UnusableException("it is a file: a version is a folder or an archive");
        }
        yield version(entry.id(), tree, entry.state(), defaults);
      }
    };
  }

  private static Content modelManifest(FileTree tree) throws IOException, UnusableException {
    if (tree.file().isEmpty()) {
      throw new UnusableException("it is a folder: a file is expected");
    }
    return settings(keys(tree.root(), tree.file().get().size()), ImpliedKeys.NONE);
  }

  private static Content settings(Map<String, String> keys, ImpliedKeys implied)
      throws UnusableException {
    Content content = new Content(List.of(), keys, implied, List.of());
    try {
      ModelSettings.of(content.settings());
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
    return content;
  }

  private Path unpacked(FileTree archive) throws UnusableException {
    return cache.unpack(
        archive.root(),
        archive
            .file()
            .orElseThrow(
                () ->
                    new UnusableException(
                        "it is a folder with the name of an archive: rename it")));
  }

  /** Version folders, or one version; in either case possibly inside one folder of any name. */
  private static Content archivedModel(Entry archive, Path unpacked)
      throws IOException, UnusableException {
    Disk disk = new Disk(unpacked, Disk::list);
    Path top = versions(unpacked).isEmpty() ? top(unpacked) : unpacked;
    List<Path> versions = versions(top);
    if (versions.isEmpty()) {
      return wholeModel(archive.id(), FileTree.of(top, disk), archive.state());
    }
    Path file = top.resolve(ModelManifest.FILE);
    Content manifest =
        settings(
            Files.isRegularFile(file) ? keys(file, Files.size(file)) : Map.of(),
            Layouts.ofModel(new ModelFolder(top, names(top))));
    List<ModelSource> sources = new ArrayList<>();
    List<ModelStore.Unusable> unusable = new ArrayList<>();
    for (Path version : versions) {
      String number = version.getFileName().toString();
      try {
        ModelId id = new ModelId(archive.id().name(), Names.version(number));
        FileTree tree = FileTree.of(version, disk);
        sources.addAll(version(id, tree, archive.state(), manifest.defaults()).sources());
      } catch (UnusableException | IllegalArgumentException e) {
        String reason = "version " + number + ": " + e.getMessage();
        unusable.add(new ModelStore.Unusable(archive.path(), reason));
      }
    }
    if (sources.isEmpty()) {
      throw new UnusableException(unusable.get(0).reason());
    }
    return new Content(sources, manifest.manifest(), manifest.implied(), unusable);
  }

  private static NavigableSet<String> names(Path folder) throws IOException {
    NavigableSet<String> names = new TreeSet<>();
    for (Path path : Disk.list(folder)) {
      if (Files.isRegularFile(path)) {
        names.add(path.getFileName().toString());
      }
    }
    return names;
  }

  private static List<Path> versions(Path folder) throws IOException {
    return visible(folder).stream()
        .filter(path -> Names.isVersion(path.getFileName().toString()) && Files.isDirectory(path))
        .toList();
  }

  /** The folder itself, or the one folder that is all it holds. */
  private static Path top(Path folder) throws IOException {
    List<Path> children = visible(folder);
    return children.size() == 1 && Files.isDirectory(children.get(0)) ? children.get(0) : folder;
  }

  private static List<Path> visible(Path folder) throws IOException {
    return Disk.list(folder).stream()
        .filter(path -> !Names.isHidden(path.getFileName().toString()))
        .toList();
  }

  /** A model without version folders: its one manifest also has the settings of the model. */
  private static Content wholeModel(ModelId id, FileTree folder, String fingerprint)
      throws IOException, UnusableException {
    try {
      requireComplete(folder);
      FileTree tree = folder.top();
      Content manifest = settings(manifest(tree), ImpliedKeys.NONE);
      ModelSource source = source(id, tree, fingerprint, manifest.defaults());
      return new Content(List.of(source), manifest.manifest(), ImpliedKeys.NONE, List.of());
    } catch (UnusableException e) {
      if (e.isGone()) {
        throw UnusableException.noModel(
            e.getMessage() + ", or a version folder such as " + id.name() + "/1");
      }
      throw e;
    }
  }

  private static Content version(ModelId id, FileTree folder, String fingerprint, Defaults defaults)
      throws IOException, UnusableException {
    requireComplete(folder);
    FileTree tree = folder.top();
    Map<String, String> keys = new TreeMap<>(defaults.keys());
    keys.putAll(manifest(tree));
    ModelSource source = source(id, tree, fingerprint, new Defaults(keys, defaults.implied()));
    return new Content(List.of(source), Map.of(), ImpliedKeys.NONE, List.of());
  }

  private static ModelSource source(
      ModelId id, FileTree tree, String fingerprint, Defaults manifest)
      throws IOException, UnusableException {
    requireReadable(tree);
    ModelFolder folder = tree.modelFolder();
    Layouts.Found model = Layouts.find(folder, manifest.keys(), manifest.implied(), id.name());
    if (model.format() == ModelFormat.SAVED_MODEL) {
      requireShards(folder.below(model.folder()));
    }
    Map<String, String> keys = model.keys();
    try {
      String whole = FileTree.digest(fingerprint + keys);
      return new ModelSource(
          id,
          new ModelFiles(tree.root(), model.format(), model.file(), whole),
          ModelManifest.of(keys, model.remarks()));
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private static Map<String, String> manifest(FileTree tree) throws IOException, UnusableException {
    if (!tree.files().containsKey(ModelManifest.FILE)) {
      return Map.of();
    }
    if (!tree.isFile(ModelManifest.FILE)) {
      throw new UnusableException(ModelManifest.FILE + " is a folder: a file is expected");
    }
    return keys(
        tree.root().resolve(ModelManifest.FILE), tree.files().get(ModelManifest.FILE).size());
  }

  private static Map<String, String> keys(Path file, long bytes)
      throws IOException, UnusableException {
    if (bytes > MAX_MANIFEST_BYTES) {
      throw new UnusableException(
          file.getFileName() + " is larger than a megabyte, too large for a manifest: shorten it");
    }
    try {
      return ModelManifest.keysOf(file);
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private static void requireComplete(FileTree tree) throws UnusableException {
    if (tree.files().isEmpty()) {
      throw UnusableException.noModel("it is empty: expected " + ModelFormat.expected());
    }
    Optional<String> temporary =
        tree.files().keySet().stream().filter(Names::isTemporary).findFirst();
    if (temporary.isPresent()) {
      throw new UnusableException(
          temporary.get()
              + " in it looks like an unfinished copy: it is loaded once that file is gone");
    }
  }

  private static void requireShards(Set<String> files) throws UnusableException {
    Optional<String> missing = Names.missingShard(files);
    if (missing.isPresent()) {
      throw new UnusableException(
          missing.get() + " is missing: it is loaded when its variables are complete");
    }
  }

  private static void requireReadable(FileTree tree) throws UnusableException {
    for (String name : tree.files().keySet()) {
      if (!Files.isReadable(tree.root().resolve(name))) {
        throw new UnusableException(
            name + " in it cannot be read by this user: change its permissions");
      }
    }
  }
}
