package io.lynxeye.serving.manifest;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Settings of a model as a whole: from the {@code serving.properties} next to its version folders,
 * or set by an operator.
 *
 * @param versions {@code versions}: which versions to serve, default the newest
 * @param labels {@code labels}: names of versions for use in addresses; a version with a label is
 *     always served
 * @param unloadFirst {@code swap_policy=resource_preserving}: unload the old version before loading
 *     the new one, for devices that cannot hold both; default false, so that requests are always
 *     answered
 * @param enabled {@code enabled}: whether to serve the model at all, default true
 * @param workers {@code workers}: concurrent inference calls; overrides the versions' manifests
 * @param rollout {@code rollout}: how a new version is tried before it serves; empty = not at all
 * @param driftWindow {@code drift=on} and {@code drift.window}: how many of the latest answers are
 *     compared with the baseline; empty = none
 */
public record ModelSettings(
    VersionRule versions,
    Map<String, Long> labels,
    boolean unloadFirst,
    boolean enabled,
    OptionalInt workers,
    Optional<RolloutRule> rollout,
    OptionalInt driftWindow) {

  /** The settings of a model that sets none: the newest version is served. */
  public static final ModelSettings DEFAULT = of(Map.of());

  /** The keys of a model's settings. */
  public static final Set<String> KEYS = keys();

  private static Set<String> keys() {
    Set<String> keys =
        new TreeSet<>(
            List.of(
                "drift",
                "drift.window",
                "enabled",
                "labels",
                "swap_policy",
                "versions",
                "workers"));
    keys.addAll(RolloutRule.KEYS);
    return Collections.unmodifiableSet(keys);
  }

  /** A label; it starts with a letter, so that it is never mistaken for a number. */
  public static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

  /** The maximum of {@link #workers}. */
  public static final int MAX_WORKERS = 64;

  public ModelSettings {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /**
   * Parses the keys named above and ignores others.
   *
   * @throws IllegalArgumentException when values are invalid; the message lists every problem
   */
  public static ModelSettings of(Map<String, String> arguments) {
    ManifestValues values = new ManifestValues(arguments);
    ModelSettings settings =
        new ModelSettings(
            values.parsed("versions", VersionRule.newest(), VersionRule::parse),
            values.parsed("labels", Map.of(), ModelSettings::labels),
            values.parsed("swap_policy", false, ModelSettings::isUnloadFirst),
            values.isTrue("enabled", true),
            values.between(1, MAX_WORKERS, "workers"),
            RolloutRule.of(values),
            driftWindow(values));
    values.require(
        settings.rollout().isEmpty() || !settings.unloadFirst(),
        "rollout=shadow keeps two versions in memory, which swap_policy=resource_preserving rules"
            + " out: remove one of the two settings");
    values.check();
    return settings;
  }

  private static OptionalInt driftWindow(ManifestValues values) {
    boolean isOn =
        values.parsed("drift", false, text -> RolloutRule.isSecond("drift", text, "off", "on"));
    int window = values.between(100, 100_000, "drift.window").orElse(1_000);
    return isOn ? OptionalInt.of(window) : OptionalInt.empty();
  }

  private static Map<String, Long> labels(String text) {
    Map<String, Long> labels = new TreeMap<>();
    for (String part : text.trim().split(",", -1)) {
      String[] pair = part.trim().split("\\s*:\\s*", 2);
      if (pair.length < 2 || !LABEL.matcher(pair[0]).matches() || !pair[1].matches("[0-9]+")) {
        throw new IllegalArgumentException(
            "labels=" + text + " is not of the form stable:1,canary:2");
      }
      if (labels.put(pair[0], ManifestValues.version("labels", pair[1])) != null) {
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
