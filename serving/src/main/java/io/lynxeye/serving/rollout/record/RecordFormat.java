package io.lynxeye.serving.rollout.record;

import io.lynxeye.serving.json.JsonWriter;
import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Stopped;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.Evidence.Callers;
import io.lynxeye.serving.rollout.verdict.McNemar;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON of a record's file. */
final class RecordFormat {

  /** Raised when older servers could misread a file. */
  private static final long FORMAT = 1;

  private RecordFormat() {}

  static String write(RolloutRecord record) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    record.serving().ifPresent(version -> json.put("serving", json(version)));
    record.previous().ifPresent(version -> json.put("previous", json(version)));
    record.candidate().ifPresent(candidate -> json.put("candidate", json(candidate)));
    json.put("stopped", record.stopped().stream().map(RecordFormat::json).toList());
    return JsonWriter.write(json);
  }

  private static Map<String, Object> json(Version version) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", version.number());
    json.put("digest", version.digest());
    return json;
  }

  private static Map<String, Object> json(Stopped stopped) {
    Map<String, Object> json = json(stopped.version());
    json.put("at", stopped.at());
    json.put("why", stopped.why());
    return json;
  }

  private static Map<String, Object> json(Candidate candidate) {
    Map<String, Object> json = json(candidate.version());
    json.put("against", json(candidate.against()));
    json.put("started", candidate.started());
    json.put("reported", candidate.reported());
    json.put("expired", candidate.isExpired());
    json.put("evidence", json(candidate.evidence()));
    return json;
  }

  private static Map<String, Object> json(Evidence evidence) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("images", evidence.images());
    json.put("failed", evidence.failed());
    json.put("agreed", evidence.agreed());
    json.put("sure", evidence.sure());
    json.put("sureAgreed", evidence.sureAgreed());
    json.put("changeSum", evidence.changeSum());
    json.put("changes", evidence.changes());
    json.put("ratios", evidence.ratios());
    json.put("servingClasses", evidence.servingClasses());
    json.put("candidateClasses", evidence.candidateClasses());
    json.put("bothRight", evidence.labelled().bothRight());
    json.put("servingOnly", evidence.labelled().servingOnly());
    json.put("candidateOnly", evidence.labelled().candidateOnly());
    json.put("bothWrong", evidence.labelled().bothWrong());
    json.put("callersAnswered", evidence.callers().answered());
    json.put("callersFailed", evidence.callers().failed());
    json.put("callersCompared", evidence.callers().compared());
    return json;
  }

  /**
   * @throws DamagedException when the text is something else, or contradicts itself
   */
  static RolloutRecord read(String text) throws DamagedException {
    Map<String, Object> json = StateFile.json(text, FORMAT);
    try {
      List<Stopped> stopped = new ArrayList<>();
      for (Object element : (List<?>) json.get("stopped")) {
        Map<String, Object> one = object(element);
        stopped.add(new Stopped(version(one), time(one, "at"), text(one, "why")));
      }
      return new RolloutRecord(
          optional(json, "serving").map(RecordFormat::version),
          optional(json, "previous").map(RecordFormat::version),
          stopped,
          optional(json, "candidate").map(RecordFormat::candidate));
    } catch (ClassCastException
        | NullPointerException
        | IllegalArgumentException
        | DateTimeException e) {
      throw new DamagedException("it is not complete: " + e.getMessage(), e);
    }
  }

  private static Version version(Map<String, Object> json) {
    return new Version(number(json, "version"), text(json, "digest"));
  }

  private static Candidate candidate(Map<String, Object> json) {
    return new Candidate(
        version(json),
        version(object(json.get("against"))),
        time(json, "started"),
        evidence(object(json.get("evidence"))),
        Decision.valueOf(text(json, "reported")),
        (Boolean) json.get("expired"));
  }

  private static Evidence evidence(Map<String, Object> json) {
    return new Evidence(
        number(json, "images"),
        number(json, "failed"),
        number(json, "agreed"),
        number(json, "sure"),
        number(json, "sureAgreed"),
        ((Number) json.get("changeSum")).doubleValue(),
        counts(json, "changes"),
        counts(json, "ratios"),
        counts(json, "servingClasses"),
        counts(json, "candidateClasses"),
        new McNemar(
            number(json, "bothRight"),
            number(json, "servingOnly"),
            number(json, "candidateOnly"),
            number(json, "bothWrong")),
        new Callers(
            number(json, "callersAnswered"),
            number(json, "callersFailed"),
            number(json, "callersCompared")));
  }

  private static Map<String, Long> counts(Map<String, Object> json, String key) {
    Map<String, Long> counts = new TreeMap<>();
    object(json.get(key)).forEach((name, count) -> counts.put(name, (Long) count));
    return counts;
  }

  private static long number(Map<String, Object> json, String key) {
    return (Long) json.get(key);
  }

  private static String text(Map<String, Object> json, String key) {
    if (json.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("it has no " + key);
  }

  private static Instant time(Map<String, Object> json, String key) {
    return Instant.parse(text(json, key));
  }

  private static Optional<Map<String, Object>> optional(Map<String, Object> json, String key) {
    return Optional.ofNullable(json.get(key)).map(RecordFormat::object);
  }

  private static Map<String, Object> object(Object value) {
    Map<String, Object> object = new LinkedHashMap<>();
    ((Map<?, ?>) value).forEach((key, element) -> object.put((String) key, element));
    return object;
  }
}
