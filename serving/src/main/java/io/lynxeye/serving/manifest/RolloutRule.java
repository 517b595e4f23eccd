package io.lynxeye.serving.manifest;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a new version is tried before it serves: {@code rollout=shadow} and the keys that begin with
 * {@code rollout.}. A share of the images that the serving version has answered is scored by the
 * new one too, and the two are compared.
 *
 * @param share {@code rollout.share}: of the images, default 0.1
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
 */
public record RolloutRule(
    double share,
    int minImages,
    double minAgreement,
    double maxLatencyRatio,
    double maxErrorRate,
    Duration window,
    boolean promotes,
    boolean stops) {

  /** The keys of a rule. */
  static final Set<String> KEYS =
      Collections.unmodifiableSet(
          new TreeSet<>(
              Set.of(
                  "rollout",
                  "rollout.share",
                  "rollout.min_images",
                  "rollout.min_agreement",
                  "rollout.max_latency_ratio",
                  "rollout.max_error_rate",
                  "rollout.window",
                  "rollout.on_pass",
                  "rollout.on_fail")));

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
    boolean isTried =
        values.parsed("rollout", false, text -> isSecond("rollout", text, "immediate", "shadow"));
    RolloutRule rule =
        new RolloutRule(
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
                "rollout.on_fail",
                true,
                text -> isSecond("rollout.on_fail", text, "wait", "stop")));
    values.require(
        rule.minAgreement() < 1,
        "rollout.min_agreement=1 is not shown by any number of images: allow for a few, as 0.99 does");
    return isTried ? Optional.of(rule) : Optional.empty();
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
