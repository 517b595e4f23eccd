package io.lynxeye.serving.rollout.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of all models, and their files. A decision is written before it takes effect; counts
 * are written now and then. Reads wait for nothing.
 */
public final class Records implements AutoCloseable {

  /** The folder in the model store, unless another one is named. */
  public static final String FOLDER = ".rollouts";

  private static final Logger log = LoggerFactory.getLogger(Records.class);

  private final RolloutStore files;
  private final Map<String, RolloutRecord> records;

  /** The models whose counts have changed since they were written. */
  private final Set<String> unsaved = new HashSet<>();

  /** Reads what an earlier process has left. */
  public Records(Path folder) {
    this.files = new RolloutStore(folder);
    this.records = new ConcurrentHashMap<>(files.read());
  }

  public RolloutRecord of(String model) {
    return records.getOrDefault(model, RolloutRecord.NONE);
  }

  /**
   * Writes a record, then lets it take effect.
   *
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public synchronized void save(String model, RolloutRecord record) throws IOException {
    files.write(model, record);
    records.put(model, record);
    unsaved.remove(model);
  }

  /** Lets a record take effect that may be lost: it is written by the next {@link #saveAll}. */
  public synchronized void count(String model, RolloutRecord record) {
    records.put(model, record);
    unsaved.add(model);
  }

  /** Lets a record take effect that cannot be written. */
  public synchronized void assume(String model, RolloutRecord record) {
    records.put(model, record);
  }

  public synchronized void saveAll() {
    for (String model : List.copyOf(unsaved)) {
      try {
        save(model, of(model));
      } catch (IOException e) {
        log.error("{}: what was compared is not saved: {}", model, e.getMessage());
      }
    }
  }

  /** Writes what is known at a decision; the decision stands even if that fails. */
  public void report(String model, long version, Map<String, Object> facts) {
    try {
      files.report(model, version, facts);
    } catch (IOException e) {
      log.warn("{}: the report on version {} is missing: {}", model, version, e.getMessage());
    }
  }

  public synchronized void forget(String model) {
    unsaved.remove(model);
    if (records.remove(model) != null) {
      try {
        files.forget(model);
      } catch (IOException e) {
        log.warn("{}: the record of its rollout stays: {}", model, e.getMessage());
      }
    }
  }

  /** Lets another process write, as the end of this one would. */
  public void abandon() {
    files.close();
  }

  /** Writes what is not written yet, and lets another process write. */
  @Override
  public void close() {
    saveAll();
    files.close();
  }
}
