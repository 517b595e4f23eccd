package io.lynxeye.serving.tuning;

import io.lynxeye.serving.manifest.Precision;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The measured speed of a model in each precision.
 *
 * @param imagesPerSecond empty if the model could not be measured
 */
record PrecisionSpeeds(Map<Precision, Double> imagesPerSecond) {

  /** The gain that justifies a lower precision, above the noise of the machine. */
  private static final double CLEARLY = 1.1;

  private static final String UNIT = " images/s";

  PrecisionSpeeds {
    Map<Precision, Double> ordered = new EnumMap<>(Precision.class);
    ordered.putAll(imagesPerSecond);
    imagesPerSecond = Collections.unmodifiableMap(ordered);
  }

  /** Reads what {@link #facts} returned; empty if it is damaged. */
  static Optional<PrecisionSpeeds> parse(Map<String, String> facts) {
    try {
      Map<Precision, Double> speeds = new EnumMap<>(Precision.class);
      for (Precision precision : Precision.values()) {
        String text = facts.get(precision.toString());
        if (text != null) {
          speeds.put(precision, positive(Double.parseDouble(text)));
        }
      }
      return speeds.isEmpty() && !facts.containsKey("unmeasured")
          ? Optional.empty()
          : Optional.of(new PrecisionSpeeds(speeds));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static double positive(double speed) {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("not a speed: " + speed);
    }
    return speed;
  }

  /** The speeds as text, by the name of the precision. */
  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    imagesPerSecond.forEach(
        (precision, speed) -> facts.put(precision.toString(), speed.toString()));
    if (facts.isEmpty()) {
      facts.put("unmeasured", "true");
    }
    return facts;
  }

  /** The options that are clearly faster than the first one, the fastest first. */
  List<PrecisionOption> faster(List<PrecisionOption> options) {
    double first = speed(options.get(0));
    return options.stream()
        .filter(option -> first > 0 && speed(option) > first * CLEARLY)
        .sorted(Comparator.comparing(this::speed).reversed())
        .toList();
  }

  private double speed(PrecisionOption option) {
    return imagesPerSecond.getOrDefault(option.precision(), 0.0);
  }

  /** How much faster an option is than another one, for users. */
  String compare(PrecisionOption option, PrecisionOption other) {
    return String.format(
        Locale.ROOT,
        "%.2f times as fast as %s here (%.1f and %.1f%s)",
        speed(option) / speed(other),
        other.precision(),
        speed(option),
        speed(other),
        UNIT);
  }

  @Override
  public String toString() {
    return imagesPerSecond.isEmpty()
        ? "could not be measured"
        : imagesPerSecond.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.1f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "))
            + UNIT;
  }
}
