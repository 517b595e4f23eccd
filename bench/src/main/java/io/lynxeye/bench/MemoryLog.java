package io.lynxeye.bench;

import io.lynxeye.bench.figures.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process's resident memory over time. */
final class MemoryLog implements AutoCloseable {

  /** Where the memory is read. */
  @FunctionalInterface
  interface Source {
    double megabytes() throws IOException;
  }

  private record Entry(double seconds, double megabytes) {}

  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final List<Entry> entries = new ArrayList<>();

  /** One that is filled by hand. */
  MemoryLog() {}

  /** Reads now, and again and again until closed. */
  static MemoryLog start(Duration every, Source source) {
    MemoryLog log = new MemoryLog();
    long start = System.nanoTime();
    var unused =
        log.pace.scheduleAtFixedRate(
            () -> log.read(start, source), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return log;
  }

  private void read(long start, Source source) {
    try {
      add((System.nanoTime() - start) / 1e9, source.megabytes());
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }

  synchronized void add(double seconds, double megabytes) {
    entries.add(new Entry(seconds, megabytes));
  }

  /** Of the entries from then on; NaN of fewer than two. */
  synchronized double slopePerMinute(double fromSeconds) {
    List<Entry> late = entries.stream().filter(e -> e.seconds >= fromSeconds).toList();
    return Statistics.slope(
        late.stream().mapToDouble(e -> e.seconds / 60).toArray(),
        late.stream().mapToDouble(Entry::megabytes).toArray());
  }

  /** NaN of none. */
  synchronized double max() {
    return entries.stream().mapToDouble(Entry::megabytes).max().orElse(Double.NaN);
  }

  /** NaN of none. */
  synchronized double last() {
    return entries.isEmpty() ? Double.NaN : entries.get(entries.size() - 1).megabytes;
  }

  synchronized String csv() {
    return entries.stream()
        .map(e -> String.format(Locale.ROOT, "%.1f,%.1f%n", e.seconds, e.megabytes))
        .collect(Collectors.joining("", "seconds,resident_mb\n", ""));
  }

  @Override
  public void close() {
    pace.shutdown();
  }
}
