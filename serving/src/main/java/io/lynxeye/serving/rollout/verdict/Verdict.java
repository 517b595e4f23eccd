package io.lynxeye.serving.rollout.verdict;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The decision about a candidate, and the figures that it comes from. */
public record Verdict(Decision decision, List<Finding> findings) {

  public Verdict {
    findings = List.copyOf(findings);
  }

  /**
   * One line for a log: the decision and all figures that there are, those that decided it first.
   * For example: {@code FAIL: agreement 0.25 (0.07 to 0.545, limit 0.95) of 12: FAIL; ...}.
   */
  public String summary() {
    String figures =
        findings.stream()
            .filter(finding -> !Double.isNaN(finding.value()))
            .sorted((one, other) -> Boolean.compare(decided(other), decided(one)))
            .map(Verdict::text)
            .collect(Collectors.joining("; "));
    return decision + ": " + (figures.isEmpty() ? "nothing compared yet" : figures);
  }

  private boolean decided(Finding finding) {
    return finding.hasLimit() && finding.decision() == decision;
  }

  private static String text(Finding finding) {
    StringBuilder text = new StringBuilder(finding.measure()).append(' ');
    text.append(number(finding.value()));
    String bounds =
        Double.isNaN(finding.low()) ? "" : number(finding.low()) + " to " + number(finding.high());
    String limit = finding.hasLimit() ? "limit " + number(finding.limit()) : "";
    String both = bounds + (bounds.isEmpty() || limit.isEmpty() ? "" : ", ") + limit;
    if (!both.isEmpty()) {
      text.append(" (").append(both).append(')');
    }
    text.append(" of ").append(finding.images());
    return finding.hasLimit() ? text + ": " + finding.decision() : text.toString();
  }

  /** At most four decimals, without zeros at the end. */
  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return "any";
    }
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
