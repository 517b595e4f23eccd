package io.lynxeye.endtoend;

import io.lynxeye.engine.EngineRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A model store of one test with the real ResNet50, linked instead of copied: it has 100 MB. */
public record StoreOfLinks(Path folder) {

  /** Adds a version by one rename. Its files are hard links to those of {@link EngineRing}. */
  public void drop(String model, int version) throws IOException {
    EngineRing.get(); // Fills the store that is linked.
    Path from = EngineRing.STORE.resolve(EngineRing.PIXELS).resolve("1");
    Path incoming = Files.createDirectories(folder.resolve(".incoming-" + model + version));
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = incoming.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.createLink(target, file);
      }
    }
    Files.createDirectories(folder.resolve(model));
    Files.move(incoming, folder.resolve(model).resolve("" + version));
  }

  /** Adds the version as an archive, {@code MODEL.tar}. */
  void dropArchive(String model) throws IOException, InterruptedException {
    EngineRing.get();
    Path incoming = folder.resolve(".incoming.tar").toAbsolutePath();
    Path from = EngineRing.STORE.resolve(EngineRing.PIXELS).resolve("1");
    Process tar =
        new ProcessBuilder("tar", "-cf", incoming.toString(), "-C", from.toString(), ".").start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    Files.move(incoming, folder.resolve(model + ".tar"));
  }
}
