package io.lynxeye.serving.rollout;

import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.rollout.disagreement.Disagreement;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Stopped;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.Evidence.Callers;
import io.lynxeye.serving.rollout.verdict.Finding;
import io.lynxeye.serving.rollout.verdict.Judge;
import io.lynxeye.serving.rollout.verdict.Thresholds;
import io.lynxeye.serving.rollout.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a model's rollout at a moment.
 *
 * @param model its name
 * @param rule empty if its settings ask for no rollout
 * @param problem why no version can be tried
 * @param known what is recorded
 * @param counts what this process has compared; empty while it compares nothing
 * @param verdict on the version on trial
 */
public record RolloutStatus(
    String model,
    Optional<RolloutRule> rule,
    Optional<String> problem,
    Known known,
    Optional<Counts> counts,
    Optional<Verdict> verdict) {

  /**
   * What is recorded.
   *
   * @param serving the version that answers requests
   * @param previous the version that a rollback serves again
   * @param candidate the version on trial
   * @param started when its trial began
   * @param isExpired whether it has been on trial for longer than its window
   */
  public record Known(
      OptionalLong serving,
      OptionalLong previous,
      OptionalLong candidate,
      Optional<String> started,
      boolean isExpired,
      Evidence evidence,
      List<Map<String, Object>> stopped) {}

  /**
   * What this process has compared.
   *
   * @param offered inputs that were to be compared
   * @param dropped how many of them were not, by reason
   * @param disagreements the inputs on which the versions disagree most, the surest first
   */
  public record Counts(long offered, Map<String, Long> dropped, List<Disagreement> disagreements) {}

  static RolloutStatus of(
      String model,
      Optional<RolloutRule> rule,
      Optional<String> problem,
      RolloutRecord record,
      Optional<Trial> trial) {
    Optional<Candidate> candidate = record.candidate();
    Evidence evidence = candidate.map(Candidate::evidence).orElse(Evidence.none());
    Known known =
        new Known(
            number(record.serving()),
            number(record.previous()),
            number(candidate.map(Candidate::version)),
            candidate.map(it -> it.started().toString()),
            candidate.filter(Candidate::isExpired).isPresent(),
            evidence,
            record.stopped().stream().map(RolloutStatus::facts).toList());
    return new RolloutStatus(
        model,
        rule,
        problem,
        known,
        trial.map(RolloutStatus::counts),
        rule.filter(asked -> candidate.isPresent()).map(asked -> judge(evidence, asked)));
  }

  /** What the evidence says by the rule. */
  static Verdict judge(Evidence evidence, RolloutRule rule) {
    return Judge.judge(evidence, thresholds(rule));
  }

  /** As {@link Judge#imagesToDecide}, by the rule. */
  static OptionalLong imagesToDecide(Evidence evidence, RolloutRule rule) {
    return Judge.imagesToDecide(evidence, thresholds(rule));
  }

  private static Thresholds thresholds(RolloutRule rule) {
    return new Thresholds(
        rule.minImages(), rule.minAgreement(), rule.maxLatencyRatio(), rule.maxErrorRate());
  }

  private static OptionalLong number(Optional<Version> version) {
    return version.map(it -> OptionalLong.of(it.number())).orElseGet(OptionalLong::empty);
  }

  private static Counts counts(Trial trial) {
    Map<String, Long> dropped = new LinkedHashMap<>();
    for (Trial.Drop why : Trial.Drop.values()) {
      dropped.put(why.name().toLowerCase(Locale.ROOT), trial.count(why));
    }
    return new Counts(trial.offered(), dropped, trial.disagreements.all());
  }

  private static Map<String, Object> facts(Stopped stopped) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", Long.toString(stopped.version().number()));
    facts.put("at", stopped.at().toString());
    facts.put("why", stopped.why());
    return facts;
  }

  /**
   * {@code none}, {@code shadow}, {@code canary}, {@code paused} while versions load, or {@code
   * refused}.
   */
  public String state() {
    if (problem.isPresent()) {
      return "refused";
    }
    if (rule.isEmpty() || known.candidate().isEmpty()) {
      return "none";
    }
    return counts.isPresent() ? mode() : "paused";
  }

  private String mode() {
    return rule.map(asked -> asked.mode().name().toLowerCase(Locale.ROOT)).orElse("immediate");
  }

  /** All of it, as maps, lists, texts, numbers and booleans; what is unknown is left out. */
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", model);
    facts.put("mode", mode());
    facts.put("state", state());
    problem.ifPresent(why -> facts.put("problem", why));
    known.serving().ifPresent(number -> facts.put("serving", Long.toString(number)));
    known.previous().ifPresent(number -> facts.put("previous", Long.toString(number)));
    known.candidate().ifPresent(number -> facts.put("candidate", Long.toString(number)));
    known.started().ifPresent(time -> facts.put("started", time));
    if (known.candidate().isPresent()) {
      facts.put("expired", known.isExpired());
      facts.put("images", known.evidence().images());
      Callers callers = known.evidence().callers();
      if (!callers.equals(Callers.NONE)) {
        facts.put("callers_answered", callers.answered());
        facts.put("callers_failed", callers.failed());
      }
    }
    counts.ifPresent(
        all -> {
          facts.put("offered", all.offered());
          facts.put("dropped", all.dropped());
          facts.put("disagreements", disagreements(all.disagreements()));
        });
    verdict.ifPresent(
        judged -> {
          facts.put("verdict", judged.decision().name());
          facts.put("summary", judged.summary());
          facts.put("findings", judged.findings().stream().map(RolloutStatus::finding).toList());
        });
    rule.ifPresent(asked -> facts.put("rule", rule(asked)));
    facts.put("stopped", known.stopped());
    facts.put("scope", "this server's own requests; other replicas judge by theirs");
    return facts;
  }

  private List<Map<String, Object>> disagreements(List<Disagreement> all) {
    String images = "/models/" + model + "/rollout/images";
    return all.stream().map(one -> one.facts(images)).toList();
  }

  /** All that callers may know: without the problem, which can reveal internals. */
  public Map<String, Object> factsForCallers() {
    Map<String, Object> facts = facts();
    facts.computeIfPresent(
        "problem", (name, why) -> "no new version can be tried; the server's log has the cause");
    return facts;
  }

  /** Whether there is something to show: a trial, its end, or why no version is tried. */
  public boolean isShown() {
    return !state().equals("none") || !known.stopped().isEmpty();
  }

  private static Map<String, Object> finding(Finding finding) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("measure", finding.measure());
    put(facts, "value", finding.value());
    put(facts, "low", finding.low());
    put(facts, "high", finding.high());
    put(facts, "limit", finding.limit());
    facts.put("decision", finding.decision().name());
    facts.put("images", finding.images());
    return facts;
  }

  /** JSON has no NaN. */
  private static void put(Map<String, Object> facts, String name, double value) {
    if (Double.isFinite(value)) {
      facts.put(name, value);
    }
  }

  private static Map<String, Object> rule(RolloutRule rule) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("share", rule.share());
    if (rule.mode() == RolloutRule.Mode.CANARY) {
      facts.put("by", rule.by());
    }
    facts.put("min_images", rule.minImages());
    facts.put("min_agreement", rule.minAgreement());
    facts.put("max_latency_ratio", rule.maxLatencyRatio());
    facts.put("max_error_rate", rule.maxErrorRate());
    facts.put("window", rule.window().toString().substring(2).toLowerCase(Locale.ROOT));
    facts.put("on_pass", rule.promotes() ? "promote" : "wait");
    facts.put("on_fail", rule.stops() ? "stop" : "wait");
    facts.put("keep_images", rule.keepsImages());
    return facts;
  }
}
