package io.lynxeye.drill;

import io.lynxeye.engine.TinySavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model store with one model whose inference costs almost nothing, so that a drill measures the
 * server.
 */
public record TinyStore(Path folder) {

  public static final String MODEL = "tiny";

  /** Adds a version with one rename, like an operator. */
  public void drop(int version) throws IOException {
    Path incoming = Files.createDirectories(folder.resolve(".incoming-" + version));
    TinySavedModel.means().write(incoming);
    Files.writeString(incoming.resolve("serving.properties"), "width=2\nheight=2\n");
    Path model = Files.createDirectories(folder.resolve(MODEL));
    Files.move(incoming, model.resolve("" + version));
  }

  /** Removes a version with one rename, then deletes it. */
  public void remove(int version) throws IOException {
    Path removed = folder.resolve(".removed-" + version);
    Files.move(folder.resolve(MODEL).resolve("" + version), removed);
    try (Stream<Path> paths = Files.walk(removed)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }
}
