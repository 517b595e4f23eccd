package io.lynxeye.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is said about a model as a whole, not about one of its versions: in the {@code
 * serving.properties} beside the version folders, or by an operator.
 *
 * @param versions {@code versions}: which to serve, default the newest
 * @param labels {@code labels}: names for versions, usable in addresses; such versions are served,
 *     whatever {@code versions} says
 * @param unloadFirst {@code swap_policy=resource_preserving}: an old version is unloaded before a
 *     new one is loaded, for devices that cannot hold two; default false, so that there is always
 *     an answer
 * @param enabled {@code enabled}: whether the model is to be served at all, default true
 * @param workers {@code workers}: engine calls that may run at once, instead of what manifests say
 */
public record ModelSettings(
    VersionRule versions,
    Map<String, Integer> labels,
    boolean unloadFirst,
    boolean enabled,
    OptionalInt workers) {

  /** The newest version, nothing else said. */
  public static final ModelSettings DEFAULT = of(Map.of());

  /** The keys that are settings of a model, wherever they stand. */
  public static final Set<String> KEYS =
      Collections.unmodifiableSet(
          new TreeSet<>(List.of("enabled", "labels", "swap_policy", "versions", "workers")));

  /** The most {@link #workers} a model can have. */
  public static final int MAX_WORKERS = 64;

  public ModelSettings {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /**
   * Reads the keys named above; others are not looked at.
   *
   * @throws IllegalArgumentException when values are unusable: every problem, in one message
   */
  public static ModelSettings of(Map<String, String> arguments) {
    ManifestValues values = new ManifestValues(arguments);
    ModelSettings settings =
        new ModelSettings(
            values.parsed("versions", VersionRule.newest(), VersionRule::parse),
            values.parsed("labels", Map.of(), ModelSettings::labels),
            values.parsed("swap_policy", false, ModelSettings::isUnloadFirst),
            values.isTrue("enabled", true),
            values.between(1, MAX_WORKERS, "workers"));
    values.check();
    return settings;
  }

  private static Map<String, Integer> labels(String text) {
    Map<String, Integer> labels = new TreeMap<>();
    for (String part : text.trim().split(",", -1)) {
      String[] pair = part.trim().split("\\s*:\\s*", 2);
      if (pair.length < 2
          || !VersionChoice.LABEL.matcher(pair[0]).matches()
          || !pair[1].matches("[1-9][0-9]{0,8}")) {
        throw new IllegalArgumentException(
            "labels=" + text + " is not of the form stable:1,canary:2");
      }
      if (labels.put(pair[0], Integer.parseInt(pair[1])) != null) {
        throw new IllegalArgumentException("labels=" + text + " names " + pair[0] + " twice");
      }
    }
    return labels;
  }

  private static boolean isUnloadFirst(String text) {
    return switch (text.trim()) {
      case "availability_preserving" -> false;
      case "resource_preserving" -> true;
      default ->
          throw new IllegalArgumentException(
              "swap_policy="
                  + text
                  + " is neither availability_preserving nor resource_preserving");
    };
  }
}
