package io.lynxeye.serving.rollout.watch;

import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.rollout.record.DamagedException;
import io.lynxeye.serving.rollout.record.StateFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The files of baselines: {@code MODEL/baseline-N.json} in the folder of the rollouts' state. They
 * need no lock: a file is replaced as a whole, by a server or by the command {@code baseline}.
 *
 * @param folder the state of the rollouts
 */
public record BaselineFiles(Path folder) {

  /** That of 100,000 classes with names of usual length. */
  private static final int MAX_BYTES = 8 << 20;

  /** Changes when the file is replaced. */
  record Stamp(FileTime time, long bytes, String key) {}

  /** The file of a version's baseline. */
  public Path file(ModelId id) {
    return folder.resolve(id.name()).resolve("baseline-%d.json".formatted(id.version().value()));
  }

  /** Empty if there is no file, or it cannot be reached. */
  Optional<Stamp> stamp(ModelId id) {
    try {
      BasicFileAttributes file = Files.readAttributes(file(id), BasicFileAttributes.class);
      return Optional.of(
          new Stamp(file.lastModifiedTime(), file.size(), String.valueOf(file.fileKey())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @throws DamagedException when it is no baseline; the message says why
   * @throws IOException when it cannot be read now
   */
  StoredBaseline read(ModelId id) throws IOException {
    try (InputStream in = Files.newInputStream(file(id))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new DamagedException("it is larger than " + (MAX_BYTES >> 20) + " MB");
      }
      return StoredBaseline.of(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /**
   * Replaces the baseline of a version. A running server uses it within seconds.
   *
   * @throws IOException when it cannot be written; the message names cause and cure
   */
  public void write(ModelId id, StoredBaseline baseline) throws IOException {
    String json = baseline.json();
    if (json.length() > MAX_BYTES / 3) { // A character is up to three bytes.
      throw new IOException(
          "the names of its %,d classes are too long for a baseline; give the model shorter labels"
              .formatted(baseline.scores().groups().size()));
    }
    try {
      StateFile.replace(file(id), json);
    } catch (IOException e) {
      throw explained("written", e);
    }
  }

  /** Deletes the baseline of a version, if there is one. */
  void forget(ModelId id) throws IOException {
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      throw explained("changed", e);
    }
  }

  private IOException explained(String done, IOException failure) {
    return new IOException(
        "%s cannot be %s (%s); name a writable folder with --state-dir"
            .formatted(folder, done, UnwritableException.reason(failure)),
        failure);
  }
}
