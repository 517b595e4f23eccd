package io.lynxeye.serving.rollout.verdict;

/**
 * A share of inputs, with bounds that may be looked at after every input.
 *
 * <p>The bounds are a confidence sequence: with a probability of at least 1 - alpha, they contain
 * the true share after every one of any number of inputs, and not only after one number that was
 * chosen before. They come from the Beta-binomial mixture: <i>M(p)</i> is the likelihood of what
 * was seen, averaged over all shares by the prior Beta(1/2, 1/2), divided by its likelihood under
 * the share <i>p</i>. If <i>p</i> is true, then <i>M(p)</i> is a martingale that starts at 1, and
 * by Ville's inequality it ever reaches 1 / alpha with a probability of at most alpha. The bounds
 * enclose the shares whose <i>M</i> is below 1 / alpha. Source: Robbins, Statistical methods
 * related to the law of the iterated logarithm, Annals of Mathematical Statistics 41 (1970);
 * Howard, Ramdas, McAuliffe and Sekhon, Time-uniform, nonparametric, nonasymptotic confidence
 * sequences, Annals of Statistics 49 (2021).
 *
 * <p>The prior Beta(1/2, 1/2) is that of Jeffreys and of Krichevsky and Trofimov. It costs half the
 * logarithm of the number of inputs wherever the true share is, at the ends 0 and 1 too, which
 * matter here; an even prior costs the whole logarithm there.
 *
 * <p>To find the true share of one side only, as {@link #isBelow} does, the share need not be the
 * same for all inputs: the error is at most alpha if, whatever came before, each input's
 * probability is at or above the limit. Then the shares below the limit make up a supermartingale,
 * and those above it count for less than their prior once the observed share is below the limit.
 *
 * @param hits the inputs that count
 * @param trials all inputs
 */
public record Proportion(long hits, long trials) {

  private static final double LOG_HALF_PRIOR = 0.5 * Math.log(2 * Math.PI) - Math.log(Math.PI);
  private static final int BISECTIONS = 64;

  /**
   * @throws IllegalArgumentException if there are more hits than trials, or fewer than none
   */
  public Proportion {
    if (hits < 0 || hits > trials) {
      throw new IllegalArgumentException(hits + " of " + trials);
    }
  }

  /** The observed share; NaN of no inputs. */
  public double value() {
    return trials == 0 ? Double.NaN : (double) hits / trials;
  }

  /** The lower bound of the true share; 0 without inputs. */
  public double lower(double alpha) {
    double out = 0;
    double in = hits == 0 ? 0 : value();
    for (int i = 0; i < BISECTIONS && out < in; i++) {
      double middle = (out + in) / 2;
      if (logMixture(middle) < -Math.log(alpha)) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return out;
  }

  /** The upper bound of the true share; 1 without inputs. */
  public double upper(double alpha) {
    return 1 - new Proportion(trials - hits, trials).lower(alpha);
  }

  /** Whether the true share is below a limit: its upper bound is, and the observed share. */
  public boolean isBelow(double limit, double alpha) {
    return hits < limit * trials && logMixture(limit) >= -Math.log(alpha);
  }

  /** Whether the true share is above a limit: its lower bound is, and the observed share. */
  public boolean isAbove(double limit, double alpha) {
    return hits > limit * trials && logMixture(limit) >= -Math.log(alpha);
  }

  /**
   * The logarithm of <i>M(p)</i>. With Stirling's formula, the large parts of the Gamma functions
   * and of the likelihood combine to the divergence of the observed share from <i>p</i>. What is
   * left is small, so billions of inputs lose no digits.
   */
  double logMixture(double p) {
    if (trials == 0) {
      return 0;
    }
    long misses = trials - hits;
    double excess = hits - trials * p;
    double divergence = term(hits, excess, trials * p) + term(misses, -excess, trials * (1 - p));
    return divergence
        + LOG_HALF_PRIOR
        - 0.5 * Math.log((double) trials)
        + Stirling.halfRemainder(hits)
        + Stirling.halfRemainder(misses)
        - Stirling.remainder(trials);
  }

  private static double term(long count, double excess, double expected) {
    return count == 0 ? 0 : count * Math.log1p(excess / expected);
  }
}
