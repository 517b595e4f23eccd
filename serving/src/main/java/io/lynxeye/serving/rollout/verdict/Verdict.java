package io.lynxeye.serving.rollout.verdict;

import java.util.List;

/** The decision about a candidate, and the figures that it comes from. */
public record Verdict(Decision decision, List<Finding> findings) {

  public Verdict {
    findings = List.copyOf(findings);
  }

  /** One line for a log, in the same words for every decision. */
  public String summary() {
    return decision.toString();
  }
}
