package io.lynxeye.importers;

import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the one SavedModel in an unpacked archive and makes it a version folder. */
final class SavedModelFolder {
  static final String FILE = "saved_model.pb";

  private SavedModelFolder() {}

  /** Moves the folder with the SavedModel, at whatever depth it is, and adds a manifest if none. */
  static void write(Path unpacked, FetchedArchive archive, Path version)
      throws IOException, ImportException {
    List<Path> candidates = new Tree(unpacked).filesNamed(FILE);
    if (candidates.isEmpty()) {
      throw new ImportException(
          archive.origin()
              + " holds no "
              + FILE
              + ": the archive must hold a TensorFlow SavedModel.");
    }
    if (candidates.size() > 1) {
      String names =
          candidates.stream()
              .map(candidate -> unpacked.relativize(candidate).toString())
              .sorted()
              .collect(Collectors.joining(", "));
      throw new ImportException(
          archive.origin()
              + " holds several models: "
              + names
              + ". Make an archive of the one wanted.");
    }
    Files.move(candidates.get(0).getParent(), version);
    Path manifest = version.resolve(Manifest.FILE);
    if (!Files.exists(manifest)) {
      Files.writeString(manifest, Manifest.savedModel(archive));
    }
  }
}
