package io.lynxeye.serving.tuning;

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
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was measured on this machine, one small readable file per key. A file that is damaged only
 * costs another measurement; what cannot be written is as if it had not been measured.
 */
public final class MeasurementCache {

  private static final Logger log = LoggerFactory.getLogger(MeasurementCache.class);

  private final Path folder;

  /** A cache in the user's cache folder. */
  public static MeasurementCache below(Path cache) {
    return new MeasurementCache(cache.resolve("tuning"));
  }

  /**
   * A cache in this folder.
   *
   * @param folder created when a result is stored
   */
  public MeasurementCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the stored facts.
   *
   * @param key everything that they depend on
   */
  Optional<Map<String, String>> find(String key) {
    Path file = file(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      kept.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} cannot be read, measuring again: {}", file, e.getMessage());
      return Optional.empty();
    }
    Map<String, String> facts = new TreeMap<>();
    kept.stringPropertyNames().forEach(name -> facts.put(name, kept.getProperty(name)));
    return Optional.of(facts);
  }

  /** Stores facts. */
  void keep(String key, Map<String, String> facts) {
    Properties kept = new Properties();
    kept.putAll(facts);
    kept.setProperty("for", key);
    Path file = file(key);
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, ".", ".properties");
      try (Writer writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        kept.store(writer, "Measured on this machine; delete this file to measure again.");
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("{} cannot be written, the next start measures again: {}", file, e.toString());
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
