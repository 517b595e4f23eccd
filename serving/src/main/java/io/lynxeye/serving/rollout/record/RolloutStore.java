package io.lynxeye.serving.rollout.record;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.json.JsonWriter;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
   * Every record, by model. One that cannot be read is put aside, and its model begins with none.
   */
  Map<String, RolloutRecord> read() {
    Map<String, RolloutRecord> records = new TreeMap<>();
    for (Path model : models()) {
      Path file = model.resolve(RECORD);
      try {
        if (Files.exists(file)) {
          records.put(model.getFileName().toString(), RecordFormat.read(Files.readString(file)));
        }
      } catch (IOException e) {
        log.error(
            "{} cannot be used ({}) and is renamed to .damaged: the rollouts of {} begin again",
            file,
            UnwritableException.reason(e),
            model.getFileName());
        StateFile.putAside(file);
      }
    }
    return records;
  }

  private List<Path> models() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(Files::isDirectory)
          .filter(path -> ModelId.isName(path.getFileName().toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      log.error(
          "{} cannot be read ({}): rollouts begin again", folder, UnwritableException.reason(e));
      return List.of();
    }
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
      Files.deleteIfExists(folder.resolve(model).resolve(RECORD));
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
