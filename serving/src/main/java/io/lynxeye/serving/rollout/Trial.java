package io.lynxeye.serving.rollout;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.rollout.disagreement.Disagreements;
import io.lynxeye.serving.rollout.verdict.Comparison;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two loaded versions of a model, of which one is on trial: which inputs are compared, and how.
 * Thread-safe.
 */
final class Trial {

  /** Why an input that was to be compared was not. */
  enum Drop {
    /** Too many wait: the server had no idle moment, or the versions are slow. */
    BUSY,
    /** What waits is too large. */
    MEMORY,
    /** It waited too long, or a version was unloaded. */
    STALE
  }

  /**
   * Runs one inference, and says how long it took. It begins while nothing else runs; callers who
   * come meanwhile slow either version as often as the other.
   */
  @FunctionalInterface
  interface Stopwatch {
    Timed time(ServedModel model, ModelInput input) throws InvalidInputException;
  }

  /** An output and the time that it took. */
  record Timed(ModelOutput output, double nanos) {}

  /** Timing costs the serving version an inference; at first, so that a slow one ends soon. */
  private static final int ALL_TIMED = 50;

  private static final int TIMED_EVERY = 4;

  final ServedModel serving;
  final ServedModel candidate;
  final RolloutRule rule;

  /** Read without waiting; changed by one thread at a time. */
  volatile Disagreements disagreements = Disagreements.NONE;

  private final Outputs outputs;
  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong offered = new AtomicLong();
  private long compared;
  private final Map<Drop, AtomicLong> dropped = new EnumMap<>(Drop.class);

  /** The ratio of a pair that began with the serving version, until one begins with the other. */
  private OptionalDouble servingFirst = OptionalDouble.empty();

  Trial(ServedModel serving, ServedModel candidate, RolloutRule rule) {
    this.serving = serving;
    this.candidate = candidate;
    this.rule = rule;
    this.outputs = new Outputs(serving.description(), candidate.description());
    for (Drop why : Drop.values()) {
      dropped.put(why, new AtomicLong());
    }
  }

  /** Whether it compares the same loaded versions by the same rule. */
  boolean isLike(Trial other) {
    return serving == other.serving && candidate == other.candidate && rule.equals(other.rule);
  }

  /**
   * Whether the next answer is to be compared: as good as chance, so that no pattern of the clients
   * can meet it, and reproducible.
   */
  boolean takesNext() {
    boolean takes = mixed(seen.getAndIncrement()) < rule.share();
    if (takes) {
      offered.incrementAndGet();
    }
    return takes;
  }

  /** SplitMix64's output function, as a number from 0 to 1. */
  private static double mixed(long count) {
    long bits = (count + 1) * 0x9E3779B97F4A7C15L;
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return ((bits ^ (bits >>> 31)) >>> 11) * 0x1.0p-53;
  }

  void dropped(Drop why) {
    dropped.get(why).incrementAndGet();
  }

  /** Inputs that were to be compared, since this process began the trial. */
  long offered() {
    return offered.get();
  }

  /** Those of them that were not. */
  long count(Drop why) {
    return dropped.get(why).get();
  }

  /**
   * Scores an input with the candidate, and sometimes with the serving version too, for the times.
   * On one thread.
   *
   * @param answer what the caller got
   * @throws InvalidInputException if the candidate refuses the input
   */
  Comparison compare(ModelInput input, ModelOutput answer, Stopwatch stopwatch)
      throws InvalidInputException {
    long number = compared++;
    ModelInput own = outputs.forCandidate(input);
    if (number >= ALL_TIMED && number % TIMED_EVERY != 0) {
      return outputs.compare(
          answer, stopwatch.time(candidate, own).output(), OptionalDouble.empty());
    }
    boolean isServingFirst = servingFirst.isEmpty();
    OptionalDouble before = isServingFirst ? nanos(input, stopwatch) : OptionalDouble.empty();
    Timed timed = stopwatch.time(candidate, own);
    OptionalDouble nanos = isServingFirst ? before : nanos(input, stopwatch);
    return outputs.compare(answer, timed.output(), ratio(timed.nanos(), nanos));
  }

  /**
   * The geometric mean of two pairs, of which each version begins one. The second of a pair finds
   * warm caches; which one wins a single pair would say no more than that, and their median would
   * be that of whichever order came more often.
   */
  private OptionalDouble ratio(double nanos, OptionalDouble ofServing) {
    if (ofServing.isEmpty()) {
      return OptionalDouble.empty();
    }
    double ratio = nanos / ofServing.getAsDouble();
    OptionalDouble first = servingFirst;
    servingFirst = first.isEmpty() ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    return first.isEmpty() ? first : OptionalDouble.of(Math.sqrt(first.getAsDouble() * ratio));
  }

  /** How long the serving version takes; empty if it fails this time. */
  private OptionalDouble nanos(ModelInput input, Stopwatch stopwatch) {
    try {
      return OptionalDouble.of(Math.max(1, stopwatch.time(serving, input).nanos()));
    } catch (InvalidInputException | RuntimeException e) {
      return OptionalDouble.empty();
    }
  }

  /** The candidate failed on an input that the serving version has answered. */
  Comparison failed(ModelOutput answer) {
    return outputs.failed(answer);
  }
}
