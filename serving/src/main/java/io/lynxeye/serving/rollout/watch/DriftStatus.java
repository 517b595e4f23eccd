package io.lynxeye.serving.rollout.watch;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.rollout.drift.DriftReading;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the drift of a version's inputs at a moment.
 *
 * @param id the version
 * @param collected the answers of the baseline, which is complete with {@link ScoreBaseline#IMAGES}
 * @param baseline what they made; empty until they are complete
 * @param reading the latest answers; empty without a baseline
 * @param alarm since when the answers drift; empty if they do not
 * @param problem {@link #NO_SCORES}, why a baseline cannot be read, or why the one in use is lost
 *     at the end of the process
 */
public record DriftStatus(
    ModelId id,
    long collected,
    Optional<StoredBaseline> baseline,
    Optional<DriftReading> reading,
    Optional<Instant> alarm,
    Optional<String> problem) {

  /** The problem of a version that cannot be watched. */
  static final String NO_SCORES = "its outputs are not one score per class";

  /** What a version's answers are used for. */
  public enum State {
    /** They make the baseline. */
    COLLECTING,
    /** They are compared with it. */
    WATCHING,
    /** They are no class scores. */
    REFUSED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state() {
    if (reading.isPresent()) {
      return State.WATCHING;
    }
    return problem.filter(NO_SCORES::equals).isPresent() ? State.REFUSED : State.COLLECTING;
  }

  /** All of it, as maps, texts, numbers and booleans; what is unknown is left out. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", id.name());
    facts.put("version", id.version().toString());
    facts.put("state", state().toString());
    problem.ifPresent(why -> facts.put("problem", why));
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("images", collected);
    baseline.ifPresent(
        stored -> {
          made.put("source", stored.source());
          made.put("taken", stored.taken().toString());
        });
    facts.put("baseline", made);
    reading.ifPresent(
        now -> {
          facts.put("images", now.images());
          facts.put("classes", shift(now.classShift(), now.classLimit()));
          facts.put("probability", shift(now.probabilityShift(), now.probabilityLimit()));
        });
    facts.put("alarm", alarm.isPresent());
    alarm.ifPresent(since -> facts.put("since", since.toString()));
    return facts;
  }

  /** JSON has no NaN, which a window has until it is full. */
  private static Map<String, Object> shift(double shift, double limit) {
    Map<String, Object> facts = new LinkedHashMap<>();
    if (Double.isFinite(shift)) {
      facts.put("shift", shift);
    }
    facts.put("limit", limit);
    return facts;
  }

  /** A line for people. */
  public String text() {
    return switch (state()) {
      case REFUSED -> "drift: not applicable, " + problem.orElseThrow();
      case COLLECTING ->
          "drift: the baseline has %,d of %,d answers".formatted(collected, ScoreBaseline.IMAGES);
      case WATCHING -> (alarm.isPresent() ? "drift! " : "drift: ") + text(reading.orElseThrow());
    };
  }

  static String text(DriftReading reading) {
    return Double.isNaN(reading.classShift())
        ? "%,d answers so far".formatted(reading.images())
        : String.format(
            Locale.ROOT,
            "classes shifted by %.3f (limit %.3f), probability by %.3f (limit %.3f)",
            reading.classShift(),
            reading.classLimit(),
            reading.probabilityShift(),
            reading.probabilityLimit());
  }
}
