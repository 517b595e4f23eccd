package io.lynxeye.quantizer;

import io.lynxeye.archive.Tree;
import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder {@code int8} in a version's folder. It is completed elsewhere on the same disk and
 * renamed into place; one that is there already is moved away first.
 */
final class Int8Folder {

  /** Writes one file. */
  interface Content {
    void write(Path file) throws IOException;
  }

  private final Path version;
  private final Path scratch;

  Int8Folder(Path version, Path scratch) {
    this.version = version;
    this.scratch = scratch;
  }

  Path write(Content model, Content report) throws IOException {
    Path finished = Files.createDirectory(scratch.resolve("finished"));
    QuantizedFiles files = new QuantizedFiles(finished);
    model.write(files.model());
    report.write(files.report());
    new Tree(finished).force();
    Path target = QuantizedFiles.of(version).folder();
    if (Files.exists(target)) {
      rename(target, scratch.resolve("replaced"));
    }
    rename(finished, target);
    return target;
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
