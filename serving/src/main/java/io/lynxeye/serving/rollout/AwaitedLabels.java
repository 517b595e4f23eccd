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
   */
  record Answers(String serving, Optional<String> candidate, Instant at) {}

  private final Map<String, Answers> answers = new LinkedHashMap<>();

  /** Remembers an input; of several with the same id, the latest. */
  synchronized void add(String requestId, int number, Comparison comparison, Instant now) {
    if (requestId.isEmpty()) {
      return;
    }
    String key = key(requestId, number);
    answers.remove(key);
    answers.put(
        key,
        new Answers(
            comparison.serving().label(), comparison.candidate().map(TopClass::label), now));
    forget(now);
  }

  /** What was said of an input, once: a second label for it would count twice. */
  synchronized Optional<Answers> take(String requestId, int number, Instant now) {
    forget(now);
    return Optional.ofNullable(answers.remove(key(requestId, number)));
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
