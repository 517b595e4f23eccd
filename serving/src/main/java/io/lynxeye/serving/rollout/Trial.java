package io.lynxeye.serving.rollout;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.rollout.disagreement.Disagreements;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Evidence.Callers;
import io.lynxeye.serving.scoring.ScoreResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
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
    /** It waited too long, a version was unloaded, or the serving version failed on it. */
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
  private final AtomicLong callersAnswered = new AtomicLong();
  private final AtomicLong callersFailed = new AtomicLong();
  final AwaitedLabels awaited = new AwaitedLabels();
  private volatile long compared;
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

  /** Goes on after this many comparisons: enough times may be known already. */
  void goOn(long comparisons) {
    compared = comparisons;
  }

  /** Whether an answer that a version has just given is to be compared. */
  boolean takes(ServedModel version) {
    boolean takes;
    if (isCanary()) {
      takes = version == candidate;
      callersAnswered.addAndGet(takes ? 1 : 0);
    } else {
      takes = version == serving && rule.includes(seen.getAndIncrement());
    }
    offered.addAndGet(takes ? 1 : 0);
    return takes;
  }

  /** Whether the candidate answers callers. */
  boolean isCanary() {
    return rule.mode() == RolloutRule.Mode.CANARY;
  }

  /** The candidate failed for a caller. */
  void callerFailed() {
    callersFailed.incrementAndGet();
  }

  /** The callers since the last call. */
  Callers takeCallers() {
    return new Callers(callersAnswered.getAndSet(0), callersFailed.getAndSet(0), 0);
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
   * Scores an input with the version that has not answered it, and sometimes with both, for the
   * times. On one thread.
   *
   * @param answer what the caller got
   * @param isOfCandidate whether the caller got it from the candidate
   * @return empty if the serving version fails where the candidate has answered
   * @throws InvalidInputException if the candidate refuses the input
   */
  Optional<Comparison> compare(
      ModelInput input, ModelOutput answer, boolean isOfCandidate, Stopwatch stopwatch)
      throws InvalidInputException {
    long number = compared;
    compared = number + 1;
    boolean isTimed = number < ALL_TIMED || number % TIMED_EVERY == 0;
    boolean needsServing = isTimed || isOfCandidate;
    boolean isServingFirst = servingFirst.isEmpty();

    Optional<Timed> ofServing = Optional.empty();
    if (needsServing && isServingFirst) {
      ofServing = byServing(input, stopwatch);
    }
    Optional<Timed> ofCandidate = Optional.empty();
    if (isTimed || !isOfCandidate) {
      ofCandidate = Optional.of(stopwatch.time(candidate, input.fitted(candidate.description())));
    }
    if (needsServing && !isServingFirst) {
      ofServing = byServing(input, stopwatch);
    }
    if (isOfCandidate && ofServing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        outputs.compare(
            isOfCandidate ? ofServing.get().output() : answer,
            isOfCandidate ? answer : ofCandidate.orElseThrow().output(),
            isTimed ? ratio(ofCandidate.orElseThrow(), ofServing) : OptionalDouble.empty()));
  }

  /** Whether a caller got this answer from the candidate. */
  boolean isOfCandidate(ScoreResult answer) {
    return answer.model().id().equals(candidate.id());
  }

  /**
   * The geometric mean of two pairs, of which each version begins one. The second of a pair finds
   * warm caches; which one wins a single pair would say no more than that, and their median would
   * be that of whichever order came more often.
   */
  private OptionalDouble ratio(Timed ofCandidate, Optional<Timed> ofServing) {
    if (ofServing.isEmpty()) {
      return OptionalDouble.empty();
    }
    double ratio = ofCandidate.nanos() / Math.max(1, ofServing.get().nanos());
    OptionalDouble first = servingFirst;
    servingFirst = first.isEmpty() ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    return first.isEmpty() ? first : OptionalDouble.of(Math.sqrt(first.getAsDouble() * ratio));
  }

  /** What the serving version says; empty if it fails this time. */
  private Optional<Timed> byServing(ModelInput input, Stopwatch stopwatch) {
    try {
      return Optional.of(stopwatch.time(serving, input.fitted(serving.description())));
    } catch (InvalidInputException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Whether a label is one that a version could have given. */
  boolean isLabel(String label) {
    return outputs.isLabel(label);
  }

  /** The candidate failed on an input that the serving version has answered. */
  Comparison failed(ModelOutput answer) {
    return outputs.failed(answer);
  }
}
