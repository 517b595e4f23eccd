package io.lynxeye.http.djl;

import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.serving.management.Registration;
import io.lynxeye.serving.model.ArchiveName;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionNumber;
import io.lynxeye.serving.tensors.Excerpt;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads the parameters of {@code POST /models}, which have DJL Serving's names. */
public final class DjlRegistration {

  /** Parameters that are manifest keys, with the name of the key. */
  private static final Map<String, String> MANIFEST_KEYS =
      Map.of("engine", "engine", "device", "load_on_devices");

  private static final List<String> MANIFEST_NUMBERS =
      List.of("batch_size", "max_batch_delay", "job_queue_size");

  private DjlRegistration() {}

  /**
   * @param synchronous whether the caller waits until the model is registered
   * @throws HttpException 400 when a parameter is missing or invalid
   */
  static Registration read(Parameters parameters, boolean synchronous) {
    String url =
        parameters
            .text("url")
            .orElseThrow(() -> HttpException.badRequest("Parameter url is required."));
    Optional<VersionNumber> version =
        parameters.text("model_version").map(text -> version("model_version", text));
    return new Registration(
        url,
        id(parameters.text("model_name").orElse(name(url)), version.orElse(VersionNumber.of(1))),
        version.isEmpty(),
        !synchronous,
        workers(parameters),
        manifest(parameters),
        parameters.text("sha256"));
  }

  private static ModelId id(String name, VersionNumber version) {
    try {
      return new ModelId(name, version);
    } catch (IllegalArgumentException e) {
      throw HttpException.badRequest(e.getMessage() + "; set model_name");
    }
  }

  /**
   * @throws HttpException 400 when it is not a version number
   */
  static VersionNumber version(String parameter, String text) {
    try {
      return VersionNumber.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpException.badRequest(parameter + "=" + Excerpt.of(text) + " " + e.getMessage());
    }
  }

  /** The last part of the address, without the file extension of an archive. */
  public static String name(String url) {
    String path = withoutSlashes(url.split("[?#]", 2)[0]);
    String file = path.substring(path.lastIndexOf('/') + 1);
    return ArchiveName.withoutEnding(file).orElse(file).replaceAll("[^A-Za-z0-9_-]", "_");
  }

  /** Not by a pattern, whose time would grow with the square of their number. */
  private static String withoutSlashes(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  /**
   * The number of workers, which is fixed here: max_worker, otherwise min_worker.
   *
   * @throws HttpException 400 when min_worker is more than max_worker
   */
  static OptionalInt workers(Parameters parameters) {
    OptionalInt min = parameters.count("min_worker");
    OptionalInt max = parameters.count("max_worker");
    if (min.isPresent() && max.isPresent() && min.getAsInt() > max.getAsInt()) {
      throw HttpException.badRequest(
          "min_worker=%d is more than max_worker=%d".formatted(min.getAsInt(), max.getAsInt()));
    }
    return max.isPresent() ? max : min;
  }

  private static Map<String, String> manifest(Parameters parameters) {
    Map<String, String> manifest = new TreeMap<>();
    MANIFEST_KEYS.forEach(
        (name, key) -> parameters.text(name).ifPresent(value -> manifest.put(key, value)));
    for (String key : MANIFEST_NUMBERS) {
      parameters.count(key).ifPresent(value -> manifest.put(key, Integer.toString(value)));
    }
    return manifest;
  }
}
