package io.lynxeye.serving.manifest;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A version's {@code serving.properties}, with DJL Serving's keys. The keys about serving are
 * parsed here; the engine and the translator read the others from {@link #arguments()}.
 *
 * @param engine {@code engine}; empty = the one that runs the format of the files
 * @param tags {@code option.Tags}: the SavedModel's tags, default {@code serve}
 * @param signature {@code option.SignatureDefKey}, default {@code serving_default}
 * @param output {@code output}: the name of the output with the scores; empty = {@code
 *     probabilities}, or the only output
 * @param applySoftmax {@code applySoftmax}: whether to turn the output from logits into
 *     probabilities
 * @param topK {@code topK}: predictions in a response unless the request sets another number
 * @param maxBatchSize {@code batch_size}, else {@code max_dynamic_batch_size}; empty = the server's
 *     default
 * @param maxBatchDelay {@code max_batch_delay} in milliseconds; empty = the server's default
 * @param queueCapacity {@code job_queue_size}; empty = the server's default
 * @param minWorkers {@code minWorkers}, else {@code cpu.minWorkers} or {@code gpu.minWorkers}
 * @param maxWorkers {@code maxWorkers}, else {@code cpu.maxWorkers} or {@code gpu.maxWorkers}; the
 *     device is not known here, so the key without a prefix has precedence
 * @param devices {@code load_on_devices}, as written; empty = where the engine runs
 * @param precision {@code precision}, default {@code auto}
 * @param minAgreement {@code minAgreement}: the share of images, 0 to 1, whose class the int8
 *     variant must keep for {@code precision=auto} to choose it; empty = never
 * @param arguments every key of the file, as written
 * @param notes what other servers' files in the folder say that has no effect here
 */
public record ModelManifest(
    Optional<String> engine,
    String tags,
    String signature,
    Optional<String> output,
    boolean applySoftmax,
    int topK,
    OptionalInt maxBatchSize,
    Optional<Duration> maxBatchDelay,
    OptionalInt queueCapacity,
    OptionalInt minWorkers,
    OptionalInt maxWorkers,
    Optional<String> devices,
    Precision precision,
    OptionalDouble minAgreement,
    Map<String, String> arguments,
    List<String> notes) {

  private static final int MAX_BATCH_SIZE = 256; // The heap holds a batch of inputs.
  private static final int MAX_QUEUE_CAPACITY = 100_000;
  private static final int MAX_WORKERS = 64;
  private static final int MAX_DELAY_MILLIS = 60_000;

  /** The file's name in a model folder. */
  public static final String FILE = "serving.properties";

  /**
   * Reads a model folder's manifest; without one the defaults apply.
   *
   * @throws IOException when the file cannot be read
   * @throws IllegalArgumentException when values are invalid; the message lists every problem
   */
  public static ModelManifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    return of(Files.exists(file) ? keysOf(file) : Map.of());
  }

  /**
   * The keys of a properties file in UTF-8, as written.
   *
   * @throws IOException when the file cannot be read
   * @throws IllegalArgumentException when it is not a properties file
   */
  public static Map<String, String> keysOf(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file.getFileName() + " is not UTF-8 text", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file.getFileName() + ": " + e.getMessage(), e);
    }
    Map<String, String> arguments = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> arguments.put(k, properties.getProperty(k)));
    return arguments;
  }

  /**
   * Parses a manifest's keys.
   *
   * @throws IllegalArgumentException when values are invalid; the message lists every problem
   */
  public static ModelManifest of(Map<String, String> arguments) {
    return of(arguments, List.of());
  }

  /**
   * Parses keys of which other servers' files imply some.
   *
   * @param notes see {@link #notes}
   * @throws IllegalArgumentException when values are invalid; the message lists every problem
   */
  public static ModelManifest of(Map<String, String> arguments, List<String> notes) {
    ManifestValues values = new ManifestValues(arguments);
    ModelManifest manifest =
        new ModelManifest(
            Optional.ofNullable(arguments.get("engine")).map(String::trim),
            arguments.getOrDefault("option.Tags", "serve").trim(),
            arguments.getOrDefault("option.SignatureDefKey", "serving_default").trim(),
            Optional.ofNullable(arguments.get("output")).map(String::trim),
            values.isTrue("applySoftmax", false),
            values.between(1, Integer.MAX_VALUE, "topK").orElse(5),
            values.between(1, MAX_BATCH_SIZE, "batch_size", "max_dynamic_batch_size"),
            values.between(0, MAX_DELAY_MILLIS, "max_batch_delay").stream()
                .mapToObj(Duration::ofMillis)
                .findFirst(),
            values.between(1, MAX_QUEUE_CAPACITY, "job_queue_size"),
            values.between(0, MAX_WORKERS, "minWorkers", "cpu.minWorkers", "gpu.minWorkers"),
            values.between(1, MAX_WORKERS, "maxWorkers", "cpu.maxWorkers", "gpu.maxWorkers"),
            Optional.ofNullable(arguments.get("load_on_devices")),
            values.parsed("precision", Precision.AUTO, Precision::parse),
            values.share("minAgreement"),
            Map.copyOf(arguments),
            List.copyOf(notes));
    values.check();
    return manifest;
  }

  /**
   * The number of concurrent inference calls: the maximum, else the minimum, because this server
   * does not scale workers with the load; empty = the server's default.
   */
  public OptionalInt workers() {
    return maxWorkers.isPresent() || minWorkers.equals(OptionalInt.of(0)) ? maxWorkers : minWorkers;
  }

  /** Remarks on keys without effect; see {@link ManifestKeys#remarks}. */
  public List<String> remarks() {
    return ManifestKeys.remarks(arguments);
  }

  /** This manifest without its batching settings, so that the server's defaults apply. */
  public ModelManifest withDefaultBatching() {
    Map<String, String> others = new TreeMap<>(arguments);
    others.keySet().removeAll(ManifestKeys.BATCHING);
    return of(others, notes);
  }
}
