package io.lynxeye.bench.setup;

import io.lynxeye.archive.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A temporary model store with a copy of one model, whose settings may be changed. Closing it
 * deletes it.
 *
 * @param folder the store
 * @param model the model's name
 */
public record StoreCopy(Path folder, String model) implements AutoCloseable {

  private static final String MODEL_FILE = "saved_model.pb";
  private static final String SETTINGS = "serving.properties";

  /**
   * Copies a model.
   *
   * @throws IOException if the store has no such model, or it cannot be copied
   */
  public static StoreCopy of(Path store, String model) throws IOException {
    Path from = store.resolve(model);
    if (!Files.isDirectory(from)) {
      throw new IOException(
          "no model %s in %s: add it with ./lynxeye import %s".formatted(model, store, model));
    }
    StoreCopy copy = new StoreCopy(Files.createTempDirectory("lynxeye-store"), model);
    new Tree(from).copy(copy.folder.resolve(model), path -> true);
    return copy;
  }

  /** Adds a line to the settings of each version. */
  public void setVersions(String line) throws IOException {
    for (Path version : versions()) {
      append(version, line);
    }
  }

  /** Adds lines to the settings of the model, which are those of its rollouts. */
  public void setModel(List<String> lines) throws IOException {
    append(folder.resolve(model), String.join("\n", lines));
  }

  /**
   * Adds a copy of the newest version with the next number.
   *
   * @throws IOException if no folder named by a number has a SavedModel, or it cannot be copied
   */
  public void repeatNewest() throws IOException {
    Path newest =
        versions().stream()
            .filter(version -> version.getFileName().toString().matches("[1-9][0-9]{0,8}"))
            .max(Comparator.comparingInt(StoreCopy::number))
            .orElseThrow(() -> new IOException(model + " has no version folder to copy"));
    new Tree(newest)
        .copy(newest.resolveSibling(Integer.toString(number(newest) + 1)), path -> true);
  }

  private static int number(Path version) {
    return Integer.parseInt(version.getFileName().toString());
  }

  private List<Path> versions() throws IOException {
    List<Path> versions = new ArrayList<>();
    for (Path file : new Tree(folder.resolve(model)).files()) {
      if (file.endsWith(MODEL_FILE)) {
        versions.add(file.getParent());
      }
    }
    return versions;
  }

  /** The last entry of a name is the one that counts. */
  private static void append(Path folder, String lines) throws IOException {
    Files.writeString(
        folder.resolve(SETTINGS),
        "\n" + lines + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @Override
  public void close() throws IOException {
    new Tree(folder).delete();
  }
}
