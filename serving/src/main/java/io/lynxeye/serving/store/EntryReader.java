package io.lynxeye.serving.store;

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
import java.util.Optional;
import java.util.TreeMap;

/** Reads one complete entry of the store. Opens manifests and archives, but no model file. */
final class EntryReader {

  /**
   * The content of one entry.
   *
   * @param sources the versions in it
   * @param manifest its keys for all versions of the model
   * @param unusable what in it cannot be served
   */
  record Content(
      List<ModelSource> sources, Map<String, String> manifest, List<ModelStore.Unusable> unusable) {

    static final Content NONE = new Content(List.of(), Map.of(), List.of());

    /** Keys that are settings of the model. */
    Map<String, String> settings() {
      Map<String, String> settings = new TreeMap<>(manifest);
      settings.keySet().retainAll(ModelSettings.KEYS);
      return settings;
    }

    /** The other keys, which apply to every version that does not set them itself. */
    Map<String, String> defaults() {
      Map<String, String> defaults = new TreeMap<>(manifest);
      defaults.keySet().removeAll(ModelSettings.KEYS);
      return defaults;
    }
  }

  private static final long MAX_MANIFEST_BYTES = 1_000_000;

  private final ArchiveCache cache;

  EntryReader(ArchiveCache cache) {
    this.cache = cache;
  }

  /**
   * @param defaults manifest keys of the model, for versions that do not set them
   * @throws UnusableException when the entry cannot be served; says why
   */
  Content read(Entry entry, Map<String, String> defaults) throws IOException, UnusableException {
    if (entry.status() == StoreSnapshot.Status.ABSENT) {
      return Content.NONE;
    }
    FileTree tree = entry.tree().orElseThrow(() -> new UnusableException(entry.state()));
    return switch (entry.kind()) {
      case MANIFEST -> modelManifest(tree);
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
    return settings(keys(tree.root(), tree.file().get().size()));
  }

  private static Content settings(Map<String, String> keys) throws UnusableException {
    Content content = new Content(List.of(), keys, List.of());
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
        settings(Files.isRegularFile(file) ? keys(file, Files.size(file)) : Map.of());
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
    return new Content(sources, manifest.manifest(), unusable);
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
  private static Content wholeModel(ModelId id, FileTree tree, String fingerprint)
      throws IOException, UnusableException {
    try {
      requireComplete(tree);
      Content manifest = settings(manifest(tree));
      ModelSource source = source(id, tree, fingerprint, manifest.defaults());
      return new Content(List.of(source), manifest.manifest(), List.of());
    } catch (UnusableException e) {
      if (e.isGone()) {
        throw UnusableException.noModel(
            e.getMessage() + ", or a version folder such as " + id.name() + "/1");
      }
      throw e;
    }
  }

  private static Content version(
      ModelId id, FileTree tree, String fingerprint, Map<String, String> defaults)
      throws IOException, UnusableException {
    requireComplete(tree);
    Map<String, String> keys = new TreeMap<>(defaults);
    keys.putAll(manifest(tree));
    return new Content(List.of(source(id, tree, fingerprint, keys)), Map.of(), List.of());
  }

  private static ModelSource source(
      ModelId id, FileTree tree, String fingerprint, Map<String, String> keys)
      throws UnusableException {
    try {
      ModelFile model = ModelFile.choose(tree.topFiles(), keys, id.name());
      if (model.format() == ModelFormat.SAVED_MODEL) {
        requireShards(tree);
      }
      requireReadable(tree);
      String whole = FileTree.digest(fingerprint + keys);
      return new ModelSource(
          id,
          new ModelFiles(tree.root(), model.format(), model.name(), whole),
          ModelManifest.of(keys));
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

  private static void requireShards(FileTree tree) throws UnusableException {
    Optional<String> missing = Names.missingShard(tree.files().keySet());
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
