package io.lynxeye.importers;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.Tree;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of the only model in a folder, of any engine.
 *
 * @param path what the model consists of: the model file, and everything else in its folder, such
 *     as labels, a translator's {@code libs} and separate weight files
 * @param engine DJL's name of its engine
 */
record ModelFolder(Path path, String engine) {
  static final String SAVED_MODEL = "saved_model.pb";

  /** From the name or suffix of a model file to DJL's name of its engine. */
  private static final Map<String, String> ENGINES =
      Map.of(SAVED_MODEL, "TensorFlow", ".onnx", "OnnxRuntime", ".pt", "PyTorch");

  /** Files that say how a model in a folder below them is to be run. */
  private static final List<String> DESCRIPTIONS =
      List.of(Manifest.FILE, "synset.txt", "config.pbtxt", "MLmodel", "preprocessor_config.json");

  /** The name of a version's folder or archive. */
  private static final Pattern VERSION = Pattern.compile("[0-9]+(\\.(zip|tar|tar\\.gz|tgz))?");

  /**
   * Finds the folder that holds the model, at any depth.
   *
   * @param root where to look
   * @param origin where it comes from, for messages
   * @throws ImportException when there is no model or more than one, or when a file above its
   *     folder says how it is to be run
   */
  static ModelFolder find(Path root, String origin, ArchiveLimits limits)
      throws IOException, ImportException {
    List<Path> all = new Tree(root).paths(limits.entries());
    if (all.size() > limits.entries()) {
      throw new ImportException(
          "%s holds more than %d files and folders: name the folder of one model."
              .formatted(origin, limits.entries()));
    }
    List<Path> models =
        all.stream().filter(Files::isRegularFile).filter(file -> engine(file).isPresent()).toList();
    List<Path> outermost =
        models.stream()
            .filter(model -> models.stream().noneMatch(other -> isBelow(model, other)))
            .sorted()
            .toList();
    if (outermost.isEmpty()) {
      throw new ImportException(
          origin + " holds no model: expected saved_model.pb, *.onnx or *.pt in it.");
    }
    if (!isOne(outermost)) {
      String names =
          outermost.stream()
              .map(candidate -> root.relativize(candidate).toString())
              .collect(Collectors.joining(", "));
      throw new ImportException(
          "%s holds several models: %s. Import one of them.".formatted(origin, names));
    }
    Path model = outermost.get(0);
    requireNothingAbove(model.getParent(), root, origin);
    return new ModelFolder(model.getParent(), engine(model).orElseThrow());
  }

  /** What such a file says would be lost, and the model would answer otherwise than it should. */
  private static void requireNothingAbove(Path model, Path root, String origin)
      throws ImportException {
    for (Path folder = model; !folder.equals(root); ) {
      folder = folder.getParent();
      for (String name : DESCRIPTIONS) {
        if (Files.exists(folder.resolve(name))) {
          throw new ImportException(
              "%s holds %s above the folder of the model, %s, which alone is imported: move it into that folder, or copy all of it into the store without an import."
                  .formatted(
                      origin, root.relativize(folder.resolve(name)), root.relativize(model)));
        }
      }
    }
  }

  /** Deeper files, such as assets, belong to the model above them. */
  private static boolean isBelow(Path file, Path other) {
    return file.startsWith(other.getParent()) && !file.getParent().equals(other.getParent());
  }

  /** Whether these are one model: several files in one folder are, if it has a manifest. */
  private static boolean isOne(List<Path> models) {
    Path folder = models.get(0).getParent();
    boolean isOneFolder = models.stream().allMatch(model -> model.getParent().equals(folder));
    return isOneFolder
        && (models.size() == 1 || Files.isRegularFile(folder.resolve(Manifest.FILE)));
  }

  /**
   * Whether a model's files are at the top of its folder instead of in version folders. A new
   * version folder would hide them.
   */
  static boolean isBare(Path model) throws IOException {
    if (!Files.isDirectory(model)) {
      return false;
    }
    try (Stream<Path> children = Files.list(model)) {
      List<Path> all = children.toList();
      return all.stream().anyMatch(path -> Files.isRegularFile(path) && engine(path).isPresent())
          && all.stream().noneMatch(path -> VERSION.matcher(name(path)).matches());
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static Optional<String> engine(Path file) {
    String name = name(file);
    return ENGINES.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().startsWith(".")
                    ? name.endsWith(entry.getKey())
                    : name.equals(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
