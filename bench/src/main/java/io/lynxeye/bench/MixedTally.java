package io.lynxeye.bench;

import io.lynxeye.bench.MixedRequest.Kind;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.load.Answer;
import io.lynxeye.bench.load.Outcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What became of a mixture. Thread-safe. */
final class MixedTally {

  private final double tolerance;
  private final Map<Kind, Integer> sent = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> expected = new EnumMap<>(Kind.class);
  private final Map<Kind, TreeMap<Integer, Integer>> statuses = new EnumMap<>(Kind.class);
  private double largestDifference;

  MixedTally(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * A good one's end.
   *
   * @param alone what its picture was scored alone
   */
  synchronized void good(Outcome outcome, Answer alone) {
    Optional<Answer> answer = outcome.isGood() ? Answer.of(outcome.body()) : Optional.empty();
    double difference = answer.map(alone::difference).orElse(Double.POSITIVE_INFINITY);
    if (answer.isPresent()) {
      largestDifference = Math.max(largestDifference, difference);
    }
    count(Kind.GOOD, outcome.status(), difference <= tolerance);
  }

  synchronized void bad(Outcome outcome) {
    count(Kind.BAD, outcome.status(), outcome.status() >= 400 && outcome.status() < 500);
  }

  /** Its client has gone: whatever became of it is as it should be. */
  synchronized void abandoned() {
    count(Kind.ABANDONED, Outcome.NO_ANSWER, true);
  }

  private void count(Kind kind, int status, boolean isAsExpected) {
    sent.merge(kind, 1, Integer::sum);
    expected.merge(kind, isAsExpected ? 1 : 0, Integer::sum);
    statuses.computeIfAbsent(kind, unused -> new TreeMap<>()).merge(status, 1, Integer::sum);
  }

  synchronized boolean isAsExpected() {
    return sent.equals(expected);
  }

  /** Infinite when another class was said to be the best. */
  synchronized double largestDifference() {
    return largestDifference;
  }

  synchronized Table table() {
    Table table = new Table("requests", "sent", "as expected", "answers by status");
    for (Kind kind : sent.keySet()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      table.row(name, sent.get(kind), expected.get(kind), statuses.get(kind));
    }
    return table;
  }
}
