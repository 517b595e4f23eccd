package io.lynxeye.serving.rollout.verdict;

/** What the evidence says about a candidate, or about one measure of it. */
public enum Decision {
  PASS,
  FAIL,
  UNDECIDED
}
