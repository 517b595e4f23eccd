package io.lynxeye.importers;

import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the one finished model in an unpacked archive and makes it a version folder. */
final class FinishedModel {
  static final String FILE = "saved_model.pb";

  /** What the other engines' models end in, and the engine that a manifest names for them. */
  private static final Map<String, String> ENGINES =
      Map.of(".onnx", "OnnxRuntime", ".pt", "PyTorch");

  private FinishedModel() {}

  /** Moves the folder with the model, at whatever depth it is, and adds a manifest if none. */
  static void write(Path unpacked, FetchedArchive archive, Path version)
      throws IOException, ImportException {
    List<Path> candidates = candidates(new Tree(unpacked));
    if (candidates.isEmpty()) {
      throw new ImportException(
          archive.origin()
              + " holds no "
              + FILE
              + ", *.onnx or *.pt: the archive must hold a TensorFlow SavedModel, an ONNX model or a"
              + " TorchScript model.");
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
      String engine = ENGINES.get(ending(candidates.get(0)));
      Files.writeString(
          manifest, engine == null ? Manifest.savedModel(archive) : Manifest.of(archive, engine));
    }
  }

  private static List<Path> candidates(Tree tree) throws IOException {
    List<Path> savedModels = tree.filesNamed(FILE);
    return savedModels.isEmpty() ? tree.filesEndingIn(ENGINES.keySet()) : savedModels;
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.'));
  }
}
