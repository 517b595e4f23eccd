package io.lynxeye.serving.rollout.verdict;

import java.util.List;

/** Judges a candidate by what has been seen so far. It may be asked after every input. */
public final class Judge {

  /** The largest probability that a candidate within its limits is ever stopped. */
  public static final double STOP_BUDGET = 0.01;

  /** The largest probability that a candidate whose agreement is below the limit ever passes. */
  public static final double PASS_BUDGET = 0.05;

  private Judge() {}

  public static Verdict judge(Evidence evidence, Thresholds thresholds) {
    return new Verdict(Decision.UNDECIDED, List.of());
  }
}
