package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of benchmarks on this machine, one small readable file per key. A file that is
 * damaged or cannot be written only costs another benchmark.
 */
public final class TuningCache {

  private static final Logger log = LoggerFactory.getLogger(TuningCache.class);

  private static final int MOST_WORKERS = 1024;
  private static final int MOST_IMAGES = 1024;
  private static final int MOST_THREADS = 4096;

  private final Path folder;

  /** A cache in the user's cache folder. */
  public static TuningCache below(Path cache) {
    return new TuningCache(cache.resolve("tuning"));
  }

  /**
   * A cache in this folder.
   *
   * @param folder created when a result is stored
   */
  public TuningCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the stored settings.
   *
   * @param key everything that the result depends on
   */
  Optional<Tuning> find(String key) {
    Optional<Properties> kept = read(file(key));
    try {
      return kept.map(TuningCache::tuning);
    } catch (IllegalArgumentException e) {
      log.warn("{} is damaged, benchmarking again: {}", file(key), e.getMessage());
      return Optional.empty();
    }
  }

  /** The stored measurements, for people. */
  Optional<String> report(String key) {
    return read(file(key)).map(kept -> kept.getProperty("measured"));
  }

  private static Optional<Properties> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      kept.load(reader);
      return Optional.of(kept);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} cannot be read, benchmarking again: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static Tuning tuning(Properties kept) {
    return new Tuning(
        number(kept, "workers", MOST_WORKERS),
        number(kept, "batchSize", MOST_IMAGES),
        new EngineThreads(
            number(kept, "intraOpThreads", MOST_THREADS),
            number(kept, "interOpThreads", MOST_THREADS)));
  }

  private static int number(Properties kept, String key, int most) {
    int number = Integer.parseInt(kept.getProperty(key, ""));
    if (number > most) {
      throw new IllegalArgumentException(key + " is " + number);
    }
    return number;
  }

  /**
   * Stores a result.
   *
   * @param report the measurements, for people
   */
  void keep(String key, Tuning answer, String report) {
    Properties kept = new Properties();
    kept.setProperty("workers", Integer.toString(answer.workers()));
    kept.setProperty("batchSize", Integer.toString(answer.maxBatchSize()));
    kept.setProperty("intraOpThreads", Integer.toString(answer.threads().intraOp()));
    kept.setProperty("interOpThreads", Integer.toString(answer.threads().interOp()));
    kept.setProperty("measured", report);
    kept.setProperty("for", key);
    Path file = file(key);
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, ".", ".properties");
      try (Writer writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        kept.store(writer, "Result of a benchmark; delete this file to run it again.");
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("{} cannot be written, the next start benchmarks again: {}", file, e.toString());
    }
  }

  private Path file(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest, 0, 8) + ".properties");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java runtime has it.
    }
  }
}
