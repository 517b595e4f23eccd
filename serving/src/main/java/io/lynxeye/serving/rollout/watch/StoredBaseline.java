package io.lynxeye.serving.rollout.watch;

import io.lynxeye.serving.json.JsonWriter;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.record.DamagedException;
import io.lynxeye.serving.rollout.record.StateFile;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A baseline as its file holds it.
 *
 * @param digest of the version's files: it belongs to no others
 * @param source {@link #ANSWERS} or {@link #FOLDER}
 * @param images all that were scored for it
 * @param taken when it was complete
 */
public record StoredBaseline(
    String digest, String source, long images, Instant taken, ScoreBaseline scores) {

  /** The first answers of a server. */
  public static final String ANSWERS = "answers";

  /** The images of a folder. */
  public static final String FOLDER = "folder";

  /** Raised when older servers could misread a file. */
  private static final long FORMAT = 1;

  public StoredBaseline {
    Objects.requireNonNull(digest, "it has no digest");
    Objects.requireNonNull(source, "it has no source");
    Objects.requireNonNull(taken, "it has no time");
  }

  String json() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("digest", digest);
    json.put("source", source);
    json.put("images", images);
    json.put("taken", taken);
    json.put("groups", scores.groups());
    json.put("classes", scores.classes());
    json.put("edges", scores.edges());
    json.put("probabilities", scores.probabilities());
    json.put("classSpread", scores.classSpread());
    json.put("probabilitySpread", scores.probabilitySpread());
    return JsonWriter.write(json);
  }

  /**
   * @throws DamagedException when the text is something else, or contradicts itself
   */
  static StoredBaseline of(String text) throws DamagedException {
    Map<String, Object> json = StateFile.json(text, FORMAT);
    try {
      Map<String, Integer> groups = new TreeMap<>();
      ((Map<?, ?>) json.get("groups"))
          .forEach((name, group) -> groups.put((String) name, Math.toIntExact((Long) group)));
      return new StoredBaseline(
          (String) json.get("digest"),
          (String) json.get("source"),
          (Long) json.get("images"),
          Instant.parse((String) json.get("taken")),
          new ScoreBaseline(
              groups,
              list(json, "classes").stream().map(Long.class::cast).toList(),
              list(json, "edges").stream().map(Double.class::cast).toList(),
              list(json, "probabilities").stream().map(Long.class::cast).toList(),
              (Double) json.get("classSpread"),
              (Double) json.get("probabilitySpread")));
    } catch (ClassCastException
        | NullPointerException
        | IllegalArgumentException
        | ArithmeticException
        | DateTimeException e) {
      throw new DamagedException("it is not complete: " + e.getMessage(), e);
    }
  }

  private static List<?> list(Map<String, Object> json, String key) {
    return (List<?>) json.get(key);
  }
}
