package io.lynxeye.serving.rollout;

import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What both versions said of the latest inputs, until their true classes are known. A bounded
 * number, for a bounded time, in memory only. Thread-safe.
 */
final class AwaitedLabels {

  static final int MAX_INPUTS = 10_000;
  static final Duration MAX_AGE = Duration.ofHours(24);

  /**
   * The classes of one input.
   *
   * @param candidate empty if the candidate failed
   * @param isUnique whether no other input had the same id
   */
  record Answers(String serving, Optional<String> candidate, Instant at, boolean isUnique) {}

  private final Map<String, Answers> answers = new LinkedHashMap<>();

  /** Remembers an input; of several with the same id, none: a label could be of any of them. */
  synchronized void add(String requestId, int number, Comparison comparison, Instant now) {
    if (requestId.isEmpty()) {
      return;
    }
    String key = key(requestId, number);
    boolean isUnique = answers.remove(key) == null;
    answers.put(
        key,
        new Answers(
            comparison.serving().label(),
            comparison.candidate().map(TopClass::label),
            now,
            isUnique));
    forget(now);
  }

  /** What was said of an input, once: a second label for it would count twice. */
  synchronized Optional<Answers> take(String requestId, int number, Instant now) {
    forget(now);
    Optional<Answers> known = Optional.ofNullable(answers.get(key(requestId, number)));
    Optional<Answers> taken = known.filter(Answers::isUnique);
    taken.ifPresent(one -> answers.remove(key(requestId, number)));
    return taken;
  }

  private void forget(Instant now) {
    Iterator<Answers> oldest = answers.values().iterator();
    while (oldest.hasNext()
        && (oldest.next().at().isBefore(now.minus(MAX_AGE)) || answers.size() > MAX_INPUTS)) {
      oldest.remove();
    }
  }

  private static String key(String requestId, int number) {
    return number + " " + requestId;
  }
}
