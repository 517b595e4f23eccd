package io.lynxeye.serving.rollout.verdict;

/**
 * What Stirling's formula leaves of the logarithms of n! and of Gamma(n + 1/2): exact sums for
 * small n, the asymptotic series above.
 */
final class Stirling {

  private static final int EXACT = 32;
  private static final double[] REMAINDERS = new double[EXACT];
  private static final double[] HALF_REMAINDERS = new double[EXACT];

  static {
    double logFactorial = 0;
    double logGamma = 0.5 * Math.log(Math.PI);
    for (int n = 0; n < EXACT; n++) {
      double powers = n == 0 ? 0 : n * Math.log(n) - n;
      HALF_REMAINDERS[n] = logGamma - powers - 0.5 * Math.log(2 * Math.PI);
      logGamma += Math.log(n + 0.5);
      logFactorial += n == 0 ? 0 : Math.log(n);
      REMAINDERS[n] = n == 0 ? 0 : logFactorial - powers - 0.5 * Math.log(2 * Math.PI * n);
    }
  }

  private Stirling() {}

  /** log n! - (n log n - n + log(2 pi n) / 2), for n of at least 1. */
  static double remainder(long n) {
    if (n < EXACT) {
      return REMAINDERS[(int) n];
    }
    double square = 1.0 / n / n;
    return (1.0 / 12 - square * (1.0 / 360 - square / 1260)) / n;
  }

  /** log Gamma(n + 1/2) - (n log n - n + log(2 pi) / 2), where 0 log 0 = 0. */
  static double halfRemainder(long n) {
    if (n < EXACT) {
      return HALF_REMAINDERS[(int) n];
    }
    double square = 1.0 / n / n;
    return -(1.0 / 24 - square * (7.0 / 2880 - square * 31 / 40320)) / n;
  }
}
