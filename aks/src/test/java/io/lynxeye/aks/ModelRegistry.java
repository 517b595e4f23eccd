package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** A folder like the container "models" of a storage account, with ResNet50 in it. */
final class ModelRegistry {

  private ModelRegistry() {}

  /** Registers ResNet50 as version 1 and returns the archive's digest. */
  static String fill(Path registry, ContainerOnThisMachine machine, Path work) throws Exception {
    Path made = work.resolve("made");
    Map<String, Object> command = Map.of("args", List.of("import", "resnet50", "--store", "/made"));
    Path log = work.resolve("made.log");
    assertThat(machine.start(command, log.toFile()).waitFor()).as(() -> read(log)).isZero();
    Path archive = registry.resolve("resnet50/1.tar.gz");
    Files.createDirectories(archive.getParent());
    pack(made.resolve("resnet50/1"), archive);
    return digest(archive);
  }

  private static void pack(Path folder, Path archive) throws IOException {
    GzipParameters quick = new GzipParameters();
    quick.setCompressionLevel(Deflater.BEST_SPEED);
    try (OutputStream file = Files.newOutputStream(archive);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GzipCompressorOutputStream(file, quick));
        Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.filter(Files::isRegularFile).toList()) {
        tar.putArchiveEntry(new TarArchiveEntry(one.toFile(), folder.relativize(one).toString()));
        Files.copy(one, tar);
        tar.closeArchiveEntry();
      }
    }
  }

  private static String digest(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
