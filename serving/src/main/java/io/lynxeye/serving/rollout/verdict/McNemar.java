package io.lynxeye.serving.rollout.verdict;

/**
 * Inputs whose true class is known, by which version was right: McNemar's table. Only the inputs
 * that one version alone got right say which version is better.
 */
public record McNemar(long bothRight, long servingOnly, long candidateOnly, long bothWrong) {

  /** No inputs. */
  public static final McNemar NONE = new McNemar(0, 0, 0, 0);

  /**
   * @throws IllegalArgumentException if a count is negative
   */
  public McNemar {
    if (bothRight < 0 || servingOnly < 0 || candidateOnly < 0 || bothWrong < 0) {
      throw new IllegalArgumentException("A count of McNemar's table is negative.");
    }
  }

  McNemar plus(boolean servingRight, boolean candidateRight) {
    return new McNemar(
        bothRight + (servingRight && candidateRight ? 1 : 0),
        servingOnly + (servingRight && !candidateRight ? 1 : 0),
        candidateOnly + (!servingRight && candidateRight ? 1 : 0),
        bothWrong + (!servingRight && !candidateRight ? 1 : 0));
  }

  /** Inputs whose true class is known. */
  public long images() {
    return bothRight + servingOnly + candidateOnly + bothWrong;
  }

  /**
   * Of the inputs that one version alone got right, those that the candidate lost. One half if both
   * are equally good; its confidence sequence may be looked at at any time.
   */
  public Proportion lost() {
    return new Proportion(servingOnly, servingOnly + candidateOnly);
  }
}
