package io.lynxeye.endtoend;

import io.lynxeye.engine.EngineRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A model store of a test's own, filled with the real ResNet50 without copying its 100 MB. */
public record StoreOfLinks(Path folder) {

  /** Puts a version in by one rename, its files hard links to the engine ring's. */
  public void drop(String model, int version) throws IOException {
    EngineRing.get(); // The ring's store is filled.
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

  /** The same as an archive, {@code MODEL.tar}. */
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
