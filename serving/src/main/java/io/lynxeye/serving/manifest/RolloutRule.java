package io.lynxeye.serving.manifest;

import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a new version is tried before it serves: {@code rollout} and the keys that begin with {@code
 * rollout.}. Images that one version has answered are scored by the other too, and the answers are
 * compared.
 *
 * @param mode {@code rollout}: whether the new version answers callers during the trial
 * @param by {@code rollout.by}: what a caller of a canary is: {@code request}, the default, {@code
 *     key}, or the name of a header in lower case
 * @param share {@code rollout.share}: of the images, or of the callers of a canary; default 0.1
 * @param minImages {@code rollout.min_images}: no pass before this many were compared, default 500
 * @param minAgreement {@code rollout.min_agreement}: share of images with the same best class,
 *     default 0.95
 * @param maxLatencyRatio {@code rollout.max_latency_ratio}: time of the new version divided by that
 *     of the serving one, default 1.5
 * @param maxErrorRate {@code rollout.max_error_rate}: share of images that the new version fails
 *     on, default 0.01
 * @param window {@code rollout.window}: a trial without a verdict for longer is reported, default
 *     {@code 24h}
 * @param promotes {@code rollout.on_pass=promote}: serve a version that passes; default {@code
 *     wait}, for an operator
 * @param stops {@code rollout.on_fail=stop}: unload a version that fails; {@code wait} leaves it
 *     loaded, for an operator
 * @param keepsImages {@code rollout.keep_images=true}: keep the images on which the versions
 *     disagree most in memory, for an operator; default {@code false}
 */
public record RolloutRule(
    Mode mode,
    String by,
    double share,
    int minImages,
    double minAgreement,
    double maxLatencyRatio,
    double maxErrorRate,
    Duration window,
    boolean promotes,
    boolean stops,
    boolean keepsImages) {

  /** Who answers callers while a version is on trial. */
  public enum Mode {
    /** The serving version. */
    SHADOW,
    /** For a share of the callers, the version on trial. */
    CANARY
  }

  /** The keys of a rule. */
  static final Set<String> KEYS =
      Collections.unmodifiableSet(
          new TreeSet<>(
              Set.of(
                  "rollout",
                  "rollout.by",
                  "rollout.share",
                  "rollout.min_images",
                  "rollout.min_agreement",
                  "rollout.max_latency_ratio",
                  "rollout.max_error_rate",
                  "rollout.window",
                  "rollout.on_pass",
                  "rollout.on_fail",
                  "rollout.keep_images")));

  private static final Pattern BY = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));
  private static final double MAX_RATIO = 1000;
  private static final double LEAST = 1e-6;

  /**
   * The rule in a model's settings; empty = {@code immediate}: a new version serves once loaded.
   */
  static Optional<RolloutRule> of(ManifestValues values) {
    Optional<Mode> mode = values.parsed("rollout", Optional.empty(), RolloutRule::mode);
    RolloutRule rule =
        new RolloutRule(
            mode.orElse(Mode.SHADOW),
            values.parsed("rollout.by", "request", RolloutRule::by),
            values.number("rollout.share", LEAST, 1).orElse(0.1),
            values.between(1, Integer.MAX_VALUE, "rollout.min_images").orElse(500),
            values.number("rollout.min_agreement", 0, 1).orElse(0.95),
            values.number("rollout.max_latency_ratio", LEAST, MAX_RATIO).orElse(1.5),
            values.number("rollout.max_error_rate", 0, 1).orElse(0.01),
            values.parsed("rollout.window", Duration.ofHours(24), RolloutRule::time),
            values.parsed(
                "rollout.on_pass",
                false,
                text -> isSecond("rollout.on_pass", text, "wait", "promote")),
            values.parsed(
                "rollout.on_fail", true, text -> isSecond("rollout.on_fail", text, "wait", "stop")),
            values.parsed(
                "rollout.keep_images",
                false,
                text -> isSecond("rollout.keep_images", text, "false", "true")));
    values.require(
        rule.minAgreement() < 1,
        "rollout.min_agreement=1 is not shown by any number of images: allow for a few, as 0.99 does");
    return mode.map(tried -> rule);
  }

  private static Optional<Mode> mode(String text) {
    return switch (text.trim()) {
      case "immediate" -> Optional.empty();
      case "shadow" -> Optional.of(Mode.SHADOW);
      case "canary" -> Optional.of(Mode.CANARY);
      default ->
          throw new IllegalArgumentException(
              "rollout=" + text + " is not known; use immediate, shadow or canary");
    };
  }

  private static String by(String text) {
    String name = text.trim().toLowerCase(Locale.ROOT);
    if (!BY.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "rollout.by=" + text + " is neither request, nor key, nor the name of a header");
    }
    return name;
  }

  /**
   * Whether something belongs to the share: as good as chance, so that no pattern of the clients
   * can meet it, and the same for the same number.
   */
  public boolean includes(long number) {
    long bits = (number + 1) * 0x9E3779B97F4A7C15L; // SplitMix64's output function.
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return ((bits ^ (bits >>> 31)) >>> 11) * 0x1.0p-53 < share;
  }

  /** Whether the text is the second of two words; refuses any other. */
  static boolean isSecond(String key, String text, String first, String second) {
    String word = text.trim();
    if (!word.equals(first) && !word.equals(second)) {
      throw new IllegalArgumentException(
          "%s=%s is neither %s nor %s".formatted(key, text, first, second));
    }
    return word.equals(second);
  }

  private static Duration time(String text) {
    Matcher time = TIME.matcher(text.trim());
    if (!time.matches()) {
      throw new IllegalArgumentException(
          "rollout.window=" + text + " is not a time such as 90s, 30m, 24h or 7d");
    }
    return UNITS.get(time.group(2)).multipliedBy(Long.parseLong(time.group(1)));
  }
}
