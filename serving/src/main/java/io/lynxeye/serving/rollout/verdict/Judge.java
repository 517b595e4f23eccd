package io.lynxeye.serving.rollout.verdict;

import java.util.List;
import java.util.OptionalLong;

/**
 * Judges a candidate by what has been seen so far. It may be asked after every input: its bounds
 * hold at all times at once, see {@link Proportion}.
 *
 * <ul>
 *   <li>{@code agreement}: the share of inputs with the same label. Fails once its upper bound is
 *       below the limit, passes once its lower bound is not. A candidate close to the limit stays
 *       undecided.
 *   <li>{@code error_rate}: the share of inputs on which the candidate fails. Fails once its lower
 *       bound is above the limit, passes if the observed share is not.
 *   <li>{@code latency_ratio}: the median of the ratios of times. Fails once its lower bound is
 *       above the limit, passes if at least {@link #MIN_PAIRS} were measured and the observed
 *       median is not.
 *   <li>Only reported: {@code sure_agreement}, the agreement where the serving version is sure;
 *       {@code top_probability_change}, the mean change of the top probability, and {@code
 *       top_probability_change_p95}, the size that 95 % of the changes do not exceed; {@code
 *       class_shift}, the {@link Psi} of the classes, from {@link #MIN_SHIFT_IMAGES} images on;
 *       {@code mcnemar}, the share that the candidate got wrong of the inputs that one version
 *       alone got right.
 * </ul>
 *
 * It passes if all three pass and enough images were compared, and fails if any fails.
 */
public final class Judge {

  /** The largest probability that a candidate within its limits is ever stopped. */
  public static final double STOP_BUDGET = 0.01;

  /** The share of {@link #STOP_BUDGET} of each of the three measures that can stop. */
  public static final double STOP_ALPHA = STOP_BUDGET / 3;

  /** The largest probability that a candidate whose agreement is below the limit ever passes. */
  public static final double PASS_BUDGET = 0.05;

  /** Pairs of times from which a median counts. */
  public static final int MIN_PAIRS = 20;

  /** Images from which a shift of classes is more than chance. */
  public static final int MIN_SHIFT_IMAGES = 100;

  /** More than an operator waits for. */
  public static final long MOST_IMAGES = 1_000_000;

  private Judge() {}

  /** The verdict on a candidate, with one finding for each measure, always in the same order. */
  public static Verdict judge(Evidence evidence, Thresholds thresholds) {
    boolean enough = evidence.images() > 0 && evidence.images() >= thresholds.minImages();
    List<Finding> findings =
        List.of(
            agreement(evidence, thresholds.minAgreement(), enough),
            errorRate(evidence, thresholds.maxErrorRate(), enough),
            latencyRatio(evidence, thresholds.maxLatencyRatio(), enough),
            reported("sure_agreement", new Proportion(evidence.sureAgreed(), evidence.sure())),
            meanChange(evidence),
            largeChange(evidence),
            classShift(evidence),
            reported("mcnemar", evidence.labelled().lost()));
    return new Verdict(decision(findings), findings);
  }

  /**
   * How many images decide, if all are like those so far; empty if {@link #MOST_IMAGES} do not, or
   * if none was compared.
   */
  public static OptionalLong imagesToDecide(Evidence evidence, Thresholds thresholds) {
    long few = evidence.images();
    long many = few;
    while (!decides(evidence, many, thresholds)) {
      if (many == 0 || many >= MOST_IMAGES) {
        return OptionalLong.empty();
      }
      few = many;
      many *= 2;
    }
    while (many - few > 1) {
      long middle = (few + many) / 2;
      if (decides(evidence, middle, thresholds)) {
        many = middle;
      } else {
        few = middle;
      }
    }
    return OptionalLong.of(many);
  }

  private static boolean decides(Evidence evidence, long images, Thresholds thresholds) {
    return judge(evidence.like(images), thresholds).decision() != Decision.UNDECIDED;
  }

  private static Decision decision(List<Finding> findings) {
    List<Decision> decisions =
        findings.stream().filter(Finding::hasLimit).map(Finding::decision).toList();
    if (decisions.contains(Decision.FAIL)) {
      return Decision.FAIL;
    }
    return decisions.contains(Decision.UNDECIDED) ? Decision.UNDECIDED : Decision.PASS;
  }

  private static Decision decision(boolean fails, boolean passes) {
    return fails ? Decision.FAIL : passes ? Decision.PASS : Decision.UNDECIDED;
  }

  private static Finding agreement(Evidence evidence, double limit, boolean enough) {
    Proportion agreement = evidence.agreement();
    double low = agreement.lower(PASS_BUDGET);
    double high = agreement.upper(STOP_ALPHA);
    Decision decision = decision(high < limit, enough && low >= limit);
    return new Finding(
        "agreement", agreement.value(), low, high, limit, decision, agreement.trials());
  }

  private static Finding errorRate(Evidence evidence, double limit, boolean enough) {
    Proportion errors = evidence.errors();
    double low = errors.lower(STOP_ALPHA);
    double high = errors.upper(PASS_BUDGET);
    Decision decision = decision(low > limit, enough && errors.value() <= limit);
    return new Finding("error_rate", errors.value(), low, high, limit, decision, errors.trials());
  }

  private static Finding latencyRatio(Evidence evidence, double limit, boolean enough) {
    MedianRatio median = MedianRatio.of(evidence.ratios(), STOP_ALPHA, PASS_BUDGET);
    boolean passes = enough && median.pairs() >= MIN_PAIRS && median.value() <= limit;
    Decision decision = decision(median.low() > limit, passes);
    return new Finding(
        "latency_ratio",
        median.value(),
        median.low(),
        median.high(),
        limit,
        decision,
        median.pairs());
  }

  private static Finding meanChange(Evidence evidence) {
    long images = evidence.answered();
    return reported(
        "top_probability_change", images == 0 ? Double.NaN : evidence.changeSum() / images, images);
  }

  /** The upper edge of the bin, so that at least 95 % are not above it. */
  private static Finding largeChange(Evidence evidence) {
    long images = evidence.answered();
    double value = Double.NaN;
    if (images > 0) {
      long rank = images - images / 20;
      value = Math.min(Bins.CHANGE.edge(Bins.CHANGE.atRank(evidence.changes(), rank) + 1), 1);
    }
    return reported("top_probability_change_p95", value, images);
  }

  private static Finding classShift(Evidence evidence) {
    long images = evidence.answered();
    double value =
        images < MIN_SHIFT_IMAGES
            ? Double.NaN
            : Psi.ofClasses(evidence.servingClasses(), evidence.candidateClasses());
    return reported("class_shift", value, images);
  }

  private static Finding reported(String measure, double value, long images) {
    return new Finding(
        measure, value, Double.NaN, Double.NaN, Double.NaN, Decision.UNDECIDED, images);
  }

  private static Finding reported(String measure, Proportion share) {
    return new Finding(
        measure,
        share.value(),
        share.lower(PASS_BUDGET),
        share.upper(PASS_BUDGET),
        Double.NaN,
        Decision.UNDECIDED,
        share.trials());
  }
}
