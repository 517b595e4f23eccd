package io.lynxeye.importers;

import io.lynxeye.importers.catalogue.Catalogue;
import io.lynxeye.importers.download.AddressRule;
import io.lynxeye.importers.download.DiskSpace;
import io.lynxeye.importers.download.Downloads;
import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.HttpDownload;
import io.lynxeye.importers.download.NpmClient;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.keras.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A store, a cache and importers for them, with a tiny package instead of the real one. */
final class Workshop {
  static final String LABELS = "{\"0\": \"house_cat\", \"1\": \"lynx\", \"2\": \"lion\"}";

  final Path root;
  final Path store;
  final Path downloads;
  final RecordingProgress progress = new RecordingProgress();

  private String integrity = "";
  private long free = Long.MAX_VALUE;
  private long parameters = TinyModel.PARAMETERS;
  private String address = "http://localhost:1/unused";

  Workshop(Path root) {
    this.root = root;
    this.store = root.resolve("store");
    this.downloads = root.resolve("cache/downloads");
  }

  Path tinyPackage() throws IOException {
    return tinyPackage(LABELS);
  }

  Path tinyPackage(String labels) throws IOException {
    Path model = root.resolve("tiny");
    new TinyModel().write(model);
    return new Archives()
        .tree(model, "package/model/")
        .file("package/labels.json", labels)
        .file("package/LICENSE", "free")
        .tarGz(root.resolve("tiny.tgz"));
  }

  Workshop integrity(String newIntegrity) {
    integrity = newIntegrity;
    return this;
  }

  Workshop freeBytes(long bytes) {
    free = bytes;
    return this;
  }

  Workshop parameters(long count) {
    parameters = count;
    return this;
  }

  Workshop address(String newAddress) {
    address = newAddress;
    return this;
  }

  /**
   * An importer whose catalogue names this package as {@code tiny} and a SavedModel as {@code web}.
   */
  ModelImporter importer(Path tarball, String npm) throws IOException {
    Catalogue catalogue = Catalogue.parse(catalogue(tarball));
    DiskSpace space = new DiskSpace(folder -> free);
    return new ModelImporter(
        store, catalogue, downloads(npm, progress), Optional.empty(), space, progress);
  }

  Downloads downloads(String npm, Progress reported) {
    return new Downloads(
        downloads,
        new NpmClient(npm),
        new HttpDownload(Duration.ofSeconds(5), AddressRule.ANY),
        new HttpDownload(Duration.ofSeconds(5), AddressRule.ANY),
        new DiskSpace(folder -> free),
        reported);
  }

  /** An importer for archives that need no npm. */
  ModelImporter importer() throws IOException {
    return importer(Files.writeString(root.resolve("none"), "none"), "no-such-npm");
  }

  List<String> storeContent() throws IOException {
    return below(store);
  }

  static List<String> below(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> folder.relativize(path).toString())
          .filter(path -> !path.endsWith(".lock"))
          .sorted()
          .toList();
    }
  }

  /** The JSON of the catalogue. */
  String catalogue(Path tarball) throws IOException {
    String pinned = integrity.isEmpty() ? FetchedArchive.integrity(tarball) : integrity;
    return """
    {"entries": [
      {"name": "tiny", "description": "three cats", "license": "MIT", "npm": "tiny@1.0.0",
       "bytes": %d, "sha256": "%s", "integrity": "%s",
       "layers": {"model": "package/model/model.json", "labels": "package/labels.json",
         "license": "package/LICENSE", "parameters": %d,
         "preprocessing": {"width": 4, "height": 4, "resizeShort": 5, "mean": [1, 2.5, 3],
           "std": [1, 1, 1], "channelOrder": "BGR"}}},
      {"name": "web", "description": "a SavedModel", "license": "Apache-2.0",
       "address": "%s", "bytes": -1, "sha256": "%s"}]}
    """
        .formatted(
            Files.size(tarball),
            FetchedArchive.sha256(tarball),
            pinned,
            parameters,
            address,
            FetchedArchive.sha256(tarball).replace('a', 'b'));
  }
}
