package io.lynxeye.serving.rollout.record;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.json.JsonWriter;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of rollouts: a folder for each model, with its record and a report of each decision. A
 * file is replaced by a rename, after it was written to the disk: a killed process leaves the old
 * one or the new one. One process at a time may write.
 */
final class RolloutStore implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RolloutStore.class);
  private static final String RECORD = "state.json";
  private static final String LOCK = "lock";

  private final Path folder;
  private Optional<LockFile> lock = Optional.empty();

  RolloutStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The models that may have a record.
   *
   * @throws IOException if the folder cannot be read now; the message names cause and cure
   */
  List<String> models() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> !Files.isRegularFile(path)) // Such as the lock.
          .map(path -> path.getFileName().toString())
          .filter(ModelId::isName)
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw unread(folder, e.getCause());
    } catch (IOException e) {
      throw unread(folder, e);
    }
  }

  /**
   * A model's record, if it has one. A damaged one is put aside, and the model begins with none.
   *
   * @throws IOException if the file cannot be read now; the message names cause and cure
   */
  Optional<RolloutRecord> read(String model) throws IOException {
    try {
      return peek(model);
    } catch (DamagedException e) {
      log.error(
          "{}, and is renamed to .damaged: the rollouts of {} begin again", e.getMessage(), model);
      StateFile.putAside(file(model));
      return Optional.empty();
    }
  }

  /**
   * A model's record, if it has one. Changes nothing.
   *
   * @throws DamagedException if the file is no record
   * @throws IOException if the file cannot be read now; the message names cause and cure
   */
  Optional<RolloutRecord> peek(String model) throws IOException {
    Path file = file(model);
    try {
      return Optional.of(RecordFormat.read(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (DamagedException | CharacterCodingException e) {
      throw new DamagedException("%s is damaged (%s)".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw unread(file, e);
    }
  }

  private Path file(String model) {
    return folder.resolve(model).resolve(RECORD);
  }

  private static IOException unread(Path path, IOException failure) {
    return new IOException(
        "%s cannot be read (%s); let this server's user read it, or name another folder with --state-dir"
            .formatted(path, UnwritableException.reason(failure)),
        failure);
  }

  /**
   * @throws IOException when it cannot be written; the message names cause and cure
   */
  void write(String model, RolloutRecord record) throws IOException {
    write(model, RECORD, RecordFormat.write(record));
  }

  /** Writes what was known when a version was promoted or stopped. */
  void report(String model, long version, Map<String, Object> status) throws IOException {
    write(model, "report-" + version + ".json", JsonWriter.write(status));
  }

  /** Forgets a model's record; reports stay. */
  void forget(String model) throws IOException {
    try {
      Files.deleteIfExists(file(model));
    } catch (IOException e) {
      throw explained(e);
    }
  }

  private synchronized void write(String model, String name, String text) throws IOException {
    try {
      requireLock();
      StateFile.replace(folder.resolve(model).resolve(name), text);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /** Servers that share a folder would undo each other's decisions. */
  private void requireLock() throws IOException {
    if (lock.isEmpty()) {
      lock = LockFile.tryTake(folder, LOCK);
    }
    if (lock.isEmpty()) {
      throw new FileSystemException(folder.toString(), null, "another server uses it");
    }
  }

  private IOException explained(IOException failure) {
    return new IOException(
        "%s cannot be written (%s); name a folder of this server alone with --state-dir"
            .formatted(folder, UnwritableException.reason(failure)),
        failure);
  }

  /** Lets another process write. */
  @Override
  public synchronized void close() {
    try {
      if (lock.isPresent()) {
        lock.get().close();
      }
    } catch (IOException e) {
      log.debug("{} stays locked until the process ends", folder, e);
    }
  }
}
