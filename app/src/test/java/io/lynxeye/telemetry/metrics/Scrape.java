package io.lynxeye.telemetry.metrics;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A response of {@code /metrics}. */
public final class Scrape {

  private static final Pattern LINE = Pattern.compile("([a-zA-Z0-9_:]+)(?:\\{(.*)})? ([^ ]+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  /** A line of the response: name and labels, and the value. */
  private final Map<Map<String, String>, Double> samples = new HashMap<>();

  public Scrape(String text) {
    text.lines().filter(line -> !line.startsWith("#")).forEach(this::add);
  }

  private void add(String line) {
    Matcher sample = LINE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    Map<String, String> key = new TreeMap<>(Map.of("", sample.group(1)));
    Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
    while (label.find()) {
      key.put(label.group(1), label.group(2));
    }
    samples.put(key, Double.parseDouble(sample.group(3)));
  }

  /** Returns the names of all samples. */
  public Set<String> names() {
    return samples.keySet().stream().map(key -> key.get("")).collect(Collectors.toSet());
  }

  /**
   * Returns the sum of the samples of a name.
   *
   * @param labels name, value, name, value, ...: only samples that have them
   */
  public double sum(String name, String... labels) {
    return matching(name, labels).mapToDouble(Map.Entry::getValue).sum();
  }

  /** Whether a name has a sample with these labels, zero included. */
  public boolean has(String name, String... labels) {
    return matching(name, labels).findAny().isPresent();
  }

  private Stream<Map.Entry<Map<String, String>, Double>> matching(String name, String... labels) {
    Map<String, String> wanted = new TreeMap<>(Map.of("", name));
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().entrySet().containsAll(wanted.entrySet()));
  }

  /** Returns the names of the labels of all samples of this name. */
  public Set<String> labels(String name) {
    return samples.keySet().stream()
        .filter(key -> key.get("").equals(name))
        .flatMap(key -> key.keySet().stream())
        .filter(label -> !label.isEmpty())
        .collect(Collectors.toSet());
  }

  /** Returns the values of a label of all samples of this name. */
  public Set<String> values(String name, String label) {
    return samples.keySet().stream()
        .filter(key -> key.get("").equals(name))
        .map(key -> key.getOrDefault(label, ""))
        .collect(Collectors.toSet());
  }
}
