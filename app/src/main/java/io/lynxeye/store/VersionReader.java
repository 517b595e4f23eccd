package io.lynxeye.store;

import io.lynxeye.model.ModelFiles;
import io.lynxeye.model.ModelFormat;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a source of a version's folder, or says why it is none. Opens its manifest alone. */
final class VersionReader {

  private static final long MAX_MANIFEST_BYTES = 1_000_000;

  private VersionReader() {}

  /**
   * A version folder.
   *
   * @param fingerprint of its files
   * @param defaults what the model says for every version
   * @throws UnusableException when it cannot be served; says why
   */
  static Found version(ModelId id, FileTree tree, String fingerprint, Map<String, String> defaults)
      throws IOException, UnusableException {
    requireComplete(tree);
    Map<String, String> keys = new TreeMap<>(defaults);
    keys.putAll(manifest(tree));
    return new Found(List.of(source(id, tree, fingerprint, keys)), Map.of(), List.of());
  }

  /** A model without version folders: its one manifest has the settings of the model too. */
  static Found bare(String model, FileTree tree, String fingerprint)
      throws IOException, UnusableException {
    try {
      return wholeModel(model, tree, fingerprint);
    } catch (UnusableException e) {
      if (e.isGone()) {
        throw UnusableException.noModel(
            e.getMessage() + ", or a version folder such as " + model + "/1");
      }
      throw e;
    }
  }

  private static Found wholeModel(String model, FileTree tree, String fingerprint)
      throws IOException, UnusableException {
    requireComplete(tree);
    Found manifest = settings(manifest(tree));
    ModelSource source = source(new ModelId(model, 1), tree, fingerprint, manifest.defaults());
    return new Found(List.of(source), manifest.manifest(), List.of());
  }

  /**
   * What a model's manifest says.
   *
   * @throws UnusableException when its settings cannot be understood
   */
  static Found settings(Map<String, String> keys) throws UnusableException {
    Found found = new Found(List.of(), keys, List.of());
    try {
      ModelSettings.of(found.settings());
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
    return found;
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

  /** The keys of the manifest at the top of a folder; none where there is none. */
  static Map<String, String> manifest(FileTree tree) throws IOException, UnusableException {
    if (!tree.files().containsKey(ModelManifest.FILE)) {
      return Map.of();
    }
    if (!tree.isFile(ModelManifest.FILE)) {
      throw new UnusableException(ModelManifest.FILE + " is a folder: a file is expected");
    }
    return keys(
        tree.root().resolve(ModelManifest.FILE), tree.files().get(ModelManifest.FILE).size());
  }

  /**
   * @param bytes the file's size, so that nothing large is read
   */
  static Map<String, String> keys(Path file, long bytes) throws IOException, UnusableException {
    if (bytes > MAX_MANIFEST_BYTES) {
      throw new UnusableException(
          file.getFileName() + " is larger than a megabyte: no manifest is");
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
          temporary.get() + " in it looks like a copy under way: it is taken up when that is gone");
    }
  }

  private static void requireShards(FileTree tree) throws UnusableException {
    Optional<String> missing = Shards.missing(tree.files().keySet());
    if (missing.isPresent()) {
      throw new UnusableException(
          missing.get() + " is missing: it is taken up when its variables are complete");
    }
  }

  private static void requireReadable(FileTree tree) throws UnusableException {
    for (String name : tree.files().keySet()) {
      if (!Files.isReadable(tree.root().resolve(name))) {
        throw new UnusableException(name + " in it cannot be read by this user: change its rights");
      }
    }
  }
}
