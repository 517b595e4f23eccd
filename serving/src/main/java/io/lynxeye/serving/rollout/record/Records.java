package io.lynxeye.serving.rollout.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of all models, and their files. A decision is written before it takes effect; counts
 * are written now and then. A file that cannot be read is not replaced: it may be good, so it is
 * read again later. Reads of a record wait for nothing.
 */
public final class Records implements AutoCloseable {

  /** The folder in the model store, unless another one is named. */
  public static final String FOLDER = ".rollouts";

  private static final Logger log = LoggerFactory.getLogger(Records.class);

  private final RolloutStore files;
  private final Map<String, RolloutRecord> records = new ConcurrentHashMap<>();

  /** The models whose counts have changed since they were written. */
  private final Set<String> unsaved = new HashSet<>();

  /** The models whose files could not be read, and why. */
  private final Map<String, IOException> unread = new HashMap<>();

  /** Why it is not known which models have files; empty once it is. */
  private Optional<IOException> unlisted = Optional.of(new IOException("it is not read yet"));

  /** Reads what an earlier process has left. */
  public Records(Path folder) {
    this.files = new RolloutStore(folder);
    readMissing();
  }

  /**
   * The record in a file that another process may be writing; empty if the model has none.
   *
   * @throws IOException if it cannot be read, or is damaged; the message says why
   */
  public static Optional<RolloutRecord> peek(Path folder, String model) throws IOException {
    return new RolloutStore(folder).peek(model);
  }

  /**
   * Reads the files that could not be read before.
   *
   * @return whether that changes a record
   */
  private synchronized boolean readMissing() {
    boolean isChanged = false;
    if (unlisted.isPresent()) {
      try {
        files.models().forEach(model -> unread.put(model, unlisted.get()));
        unlisted = Optional.empty();
      } catch (IOException e) {
        unlisted = Optional.of(e);
      }
    }
    for (String model : List.copyOf(unread.keySet())) {
      try {
        Optional<RolloutRecord> record = files.read(model);
        record.ifPresent(it -> records.put(model, it));
        unread.remove(model);
        isChanged |= record.isPresent();
      } catch (IOException e) {
        unread.put(model, e);
      }
    }
    return isChanged;
  }

  public RolloutRecord of(String model) {
    return records.getOrDefault(model, RolloutRecord.NONE);
  }

  /**
   * Writes a record, then lets it take effect.
   *
   * @throws IOException if it cannot be written, or an earlier one cannot be read; then nothing has
   *     changed
   */
  public synchronized void save(String model, RolloutRecord record) throws IOException {
    IOException failure = unlisted.orElse(unread.get(model));
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
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

  /**
   * Writes the counts, and reads what could not be read before.
   *
   * @return whether a record was read only now, so that other versions may have to serve
   */
  public synchronized boolean saveAll() {
    boolean isChanged = readMissing();
    if (isChanged) {
      log.info("the records of rollouts that could not be read are read now");
    }
    for (String model : List.copyOf(unsaved)) {
      try {
        save(model, of(model));
      } catch (IOException e) {
        log.error("{}: what was compared is not saved: {}", model, e.getMessage());
      }
    }
    return isChanged;
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
    boolean isUnread = unread.remove(model) != null;
    if (records.remove(model) != null || isUnread) {
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
