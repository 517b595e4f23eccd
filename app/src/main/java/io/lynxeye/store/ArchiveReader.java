package io.lynxeye.store;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what was unpacked of one archive. Its content may lie in one top folder of whatever name.
 *
 * @param archive where the archive is, for messages
 * @param unpacked the folder with its content
 * @param fingerprint of the archive
 */
record ArchiveReader(Path archive, Path unpacked, String fingerprint) {

  /** An archive of a whole model: version folders, or one version, which is then version 1. */
  Found model(String name) throws IOException, UnusableException {
    Path top = unpacked;
    if (versions(top).isEmpty()) {
      top = top(unpacked);
    }
    List<Path> versions = versions(top);
    if (versions.isEmpty()) {
      return VersionReader.bare(name, tree(top), fingerprint);
    }
    Found manifest = VersionReader.settings(manifest(top));
    List<ModelSource> sources = new ArrayList<>();
    List<ModelStore.Unusable> unusable = new ArrayList<>();
    for (Path version : versions) {
      String number = version.getFileName().toString();
      try {
        ModelId id = new ModelId(name, Names.version(number));
        sources.addAll(
            VersionReader.version(id, tree(version), fingerprint, manifest.defaults()).sources());
      } catch (UnusableException | IllegalArgumentException e) {
        unusable.add(new ModelStore.Unusable(archive, "version " + number + ": " + e.getMessage()));
      }
    }
    if (sources.isEmpty()) {
      throw new UnusableException(unusable.get(0).reason());
    }
    return new Found(sources, manifest.manifest(), unusable);
  }

  /** An archive of one version. */
  Found version(ModelId id, Map<String, String> defaults) throws IOException, UnusableException {
    return VersionReader.version(id, tree(top(unpacked)), fingerprint, defaults);
  }

  private FileTree tree(Path folder) throws IOException, UnusableException {
    return FileTree.of(folder, new Disk(unpacked, Disk::list));
  }

  private Map<String, String> manifest(Path top) throws IOException, UnusableException {
    Path file = top.resolve(ModelManifest.FILE);
    return Files.isRegularFile(file) ? VersionReader.keys(file, Files.size(file)) : Map.of();
  }

  private static List<Path> versions(Path folder) throws IOException {
    return visible(folder).stream()
        .filter(path -> Names.isVersion(path.getFileName().toString()) && Files.isDirectory(path))
        .toList();
  }

  /** The one folder that is all there is, else the folder itself. */
  private static Path top(Path folder) throws IOException {
    List<Path> children = visible(folder);
    return children.size() == 1 && Files.isDirectory(children.get(0)) ? children.get(0) : folder;
  }

  private static List<Path> visible(Path folder) throws IOException {
    return Disk.list(folder).stream()
        .filter(path -> !Names.isHidden(path.getFileName().toString()))
        .toList();
  }
}
