package io.lynxeye.quantizer;

import io.lynxeye.archive.Tree;
import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder {@code int8} in a version's folder. A new one is completed under a hidden name beside
 * it, so on the same disk, and replaces the old one by two renames. Between them the server finds
 * the old one under the name that it has then ({@link QuantizedFiles#of}), and after a process that
 * was killed there, the next run moves it back.
 */
final class Int8Folder {

  /** Writes one file or folder. */
  interface Content {
    void write(Path path) throws IOException;
  }

  /** Renames a folder. */
  interface Rename {
    void move(Path from, Path to) throws IOException;
  }

  private final Path version;
  private final Rename rename;

  Int8Folder(Path version) {
    this(version, (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  Int8Folder(Path version, Rename rename) {
    this.version = version;
    this.rename = rename;
  }

  private Path target() {
    return version.resolve(QuantizedFiles.NAME);
  }

  /** Clears up after a run that was killed. */
  void recover() throws IOException {
    Path replaced = QuantizedFiles.replaced(version);
    if (Files.exists(replaced) && !Files.exists(target())) {
      rename.move(replaced, target());
    }
    new Tree(replaced).delete();
    new Tree(QuantizedFiles.unfinished(version)).delete();
  }

  /**
   * Writes the folder, in place of one that is there.
   *
   * @param assets further files of the model, written into its folder
   * @throws IOException when it cannot be written; the old one is in its place then
   */
  Path write(Content model, Content assets, Content report) throws IOException {
    try {
      Path folder = Files.createDirectory(QuantizedFiles.unfinished(version));
      QuantizedFiles files = new QuantizedFiles(folder);
      model.write(files.model());
      assets.write(folder);
      report.write(files.report());
      new Tree(folder).force();
      if (Files.exists(target())) {
        rename.move(target(), QuantizedFiles.replaced(version));
      }
      rename.move(folder, target());
    } finally {
      recover();
    }
    return target();
  }
}
