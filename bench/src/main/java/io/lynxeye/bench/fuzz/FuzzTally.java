package io.lynxeye.bench.fuzz;

import io.lynxeye.bench.figures.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What came of all attempts. Thread-safe. */
public final class FuzzTally {

  private final Map<String, Long> byStatus = new TreeMap<>();
  private final Map<String, Map<String, Long>> byRoute = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long attempts;

  synchronized void count(Attempt attempt, List<RawAnswer> answers) {
    attempts++;
    Map<String, Long> route = byRoute.computeIfAbsent(attempt.route(), any -> new TreeMap<>());
    if (answers.isEmpty()) {
      count(route, "closed");
    }
    answers.forEach(answer -> count(route, Integer.toString(answer.status())));
  }

  private void count(Map<String, Long> route, String status) {
    byStatus.merge(status, 1L, Long::sum);
    route.merge(status, 1L, Long::sum);
  }

  synchronized void failed(String failure) {
    failures.add(failure);
  }

  synchronized long attempts() {
    return attempts;
  }

  /** What was wrong, in the order it was found. */
  public synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** How many answers of each status, in all and by route; "closed" = none. */
  @Override
  public synchronized String toString() {
    Table table = new Table("route", "answers");
    byRoute.forEach((route, counts) -> table.row(route, counts));
    return "%s%n%,d attempts; answers by status: %s".formatted(table, attempts, byStatus);
  }
}
