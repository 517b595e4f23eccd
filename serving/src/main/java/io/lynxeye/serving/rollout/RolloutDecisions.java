package io.lynxeye.serving.rollout;

import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.AwaitedLabels.Answers;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.Evidence.Callers;
import io.lynxeye.serving.rollout.verdict.Verdict;
import io.lynxeye.serving.scoring.ScoreListener.Scored;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the versions on trial after each comparison, and promotes or stops them, by their rule or
 * for an operator. A decision is in its file before it takes effect. Thread-safe.
 */
final class RolloutDecisions implements ShadowScorer.Listener {

  private static final Logger log = LoggerFactory.getLogger(RolloutDecisions.class);

  private final RolloutState state;
  private final Runnable settle;
  private final InstantSource time;

  /**
   * @param settle makes the manager ask for the decisions again; returns at once
   */
  RolloutDecisions(RolloutState state, Runnable settle, InstantSource time) {
    this.state = state;
    this.settle = settle;
    this.time = time;
  }

  @Override
  public boolean goesOn(Trial trial) {
    return state.trial(trial.serving.id().name()).filter(trial::equals).isPresent();
  }

  @Override
  public void compared(Trial trial, Scored scored, Comparison comparison) {
    synchronized (state) {
      boolean isOfCaller = trial.isOfCandidate(scored.result());
      boolean hasBoth = !isOfCaller || comparison.candidate().isPresent();
      if (hasBoth) { // Otherwise a canary has failed now on what it had answered.
        trial.disagreements =
            trial.disagreements.plus(
                scored.input(), comparison, time.instant(), trial.rule.keepsImages());
        trial.awaited.add(scored.requestId(), scored.number(), comparison, time.instant());
      }
      add(
          trial,
          evidence -> evidence.plus(comparison).plusCallers(new Callers(0, 0, isOfCaller ? 1 : 0)));
    }
  }

  @Override
  public void look() {
    synchronized (state) {
      state.trials().values().forEach(trial -> add(trial, UnaryOperator.identity()));
    }
  }

  /** Adds to the evidence, also the callers since the last time. */
  private void add(Trial trial, UnaryOperator<Evidence> more) {
    String name = trial.serving.id().name();
    Optional<Candidate> before = state.records.of(name).candidate();
    if (!goesOn(trial) || before.isEmpty()) {
      return; // It has ended meanwhile.
    }
    Evidence known = before.get().evidence();
    Evidence next = more.apply(known.plusCallers(trial.takeCallers()));
    if (next.equals(known)) {
      return;
    }
    Candidate candidate = before.get().with(next);
    state.records.count(name, state.records.of(name).with(Optional.of(candidate)));
    if (candidate.reported() == Decision.FAIL) {
      return; // It waits for an operator.
    }
    Verdict verdict = RolloutStatus.judge(next, trial.rule);
    if (verdict.decision() != candidate.reported()) {
      decide(name, trial.rule, candidate, verdict);
    }
  }

  /** As {@link Rollouts#feedback}. */
  Feedback.Receipt feedback(String name, List<Feedback> all)
      throws RolloutConflictException, InvalidInputException {
    synchronized (state) {
      requireCandidate(name);
      Trial trial = state.trial(name).orElseThrow();
      for (int i = 0; i < all.size(); i++) {
        if (!trial.isLabel(all.get(i).label())) {
          throw new InvalidInputException(
              "the label of feedback %d of %d is not a class of %s; send it as the answers have it, or the index of the class if a version has no labels"
                  .formatted(i + 1, all.size(), name));
        }
      }
      List<UnaryOperator<Evidence>> counted = new ArrayList<>();
      for (Feedback one : all) {
        trial
            .awaited
            .take(one.requestId(), one.image(), time.instant())
            .ifPresent(answers -> counted.add(evidence -> labelled(evidence, one, answers)));
      }
      add(
          trial,
          evidence -> {
            Evidence next = evidence;
            for (UnaryOperator<Evidence> label : counted) {
              next = label.apply(next);
            }
            return next;
          });
      return new Feedback.Receipt(counted.size(), all.size() - counted.size());
    }
  }

  private static Evidence labelled(Evidence evidence, Feedback feedback, Answers answers) {
    return evidence.plusLabel(
        feedback.label().equals(answers.serving()),
        answers.candidate().equals(Optional.of(feedback.label())));
  }

  private void decide(String name, RolloutRule rule, Candidate candidate, Verdict verdict) {
    try {
      if (verdict.decision() == Decision.FAIL && rule.stops()) {
        stop(name, verdict.summary());
      } else if (verdict.decision() == Decision.PASS && rule.promotes()) {
        promote(name, verdict.summary());
      } else {
        state.records.save(
            name, state.records.of(name).with(Optional.of(candidate.reported(verdict.decision()))));
        log.warn(
            "{}: version {}: {}; {}",
            name,
            candidate.version().number(),
            verdict.summary(),
            verdict.decision() == Decision.UNDECIDED
                ? "its trial goes on"
                : "it waits for ./lynxeye rollout promote or stop " + name);
      }
    } catch (IOException e) { // The next comparison tries again.
      log.error(
          "{}: version {} is neither promoted nor stopped: {}",
          name,
          candidate.version().number(),
          e.getMessage());
    }
  }

  private void promote(String name, String why) throws IOException {
    RolloutRecord record = state.records.of(name);
    state.records.save(name, record.promoted());
    ended(name, record.candidate().orElseThrow(), "promoted", why);
  }

  private void stop(String name, String why) throws IOException {
    RolloutRecord record = state.records.of(name);
    state.records.save(name, record.stopped(time.instant(), "its rollout was stopped: " + why));
    ended(name, record.candidate().orElseThrow(), "stopped", why);
  }

  /** Reports a decision that is recorded, and has the manager carry it out. */
  private void ended(String name, Candidate candidate, String what, String why) {
    long number = candidate.version().number();
    log.warn("{}: version {} is {}: {}", name, number, what, why);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("decision", what);
    report.put("at", time.instant());
    report.put("why", why);
    report.putAll(state.status(name, state.records.of(name).with(Optional.of(candidate))).facts());
    state.records.report(name, number, report);
    state.end(name);
    settle.run();
  }

  @Override
  public void tick() {
    look();
    synchronized (state) {
      if (state.records.saveAll()) {
        settle.run(); // A file that could not be read before says what serves.
      }
      state.trials().forEach(this::expire);
    }
  }

  private void expire(String name, Trial trial) {
    Optional<Candidate> candidate = state.records.of(name).candidate();
    boolean isOver =
        candidate
            .filter(it -> !it.isExpired() && it.reported() == Decision.UNDECIDED)
            .filter(it -> time.instant().isAfter(it.started().plus(trial.rule.window())))
            .isPresent();
    if (isOver && state.trial(name).filter(trial::equals).isPresent()) {
      state.records.count(name, state.records.of(name).with(candidate.map(Candidate::expired)));
      log.warn(
          "{}: version {} is undecided after {}; it waits for more images, or for ./lynxeye rollout"
              + " promote or stop {}: {}",
          name,
          candidate.get().version().number(),
          trial.rule.window(),
          name,
          RolloutStatus.judge(candidate.get().evidence(), trial.rule).summary());
    }
  }

  /**
   * Lets the version on trial serve, whatever the verdict.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  void promote(String name) throws RolloutConflictException, IOException {
    synchronized (state) {
      requireCandidate(name);
      promote(name, "by an operator");
    }
  }

  /**
   * Ends the trial and unloads the version; it is not loaded again until its files change.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  void stop(String name) throws RolloutConflictException, IOException {
    synchronized (state) {
      requireCandidate(name);
      stop(name, "by an operator");
    }
  }

  private void requireCandidate(String name) throws RolloutConflictException {
    if (state.records.of(name).candidate().isEmpty() || state.trial(name).isEmpty()) {
      throw new RolloutConflictException(
          "no version of "
              + name
              + " is on trial; set rollout=shadow or canary, add a version with a higher number, and wait"
              + " until it is loaded");
    }
  }

  /**
   * Lets the version serve that served before the last promotion, and stops the one that serves.
   *
   * @throws RolloutConflictException if no version was promoted, or the one before is not in the
   *     store any more
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  void rollBack(String name) throws RolloutConflictException, IOException {
    synchronized (state) {
      rollBackNow(name);
    }
  }

  private void rollBackNow(String name) throws RolloutConflictException, IOException {
    RolloutRecord record = state.records.of(name);
    Optional<Version> previous = record.previous();
    if (previous.isEmpty()) {
      throw new RolloutConflictException(
          "no version of "
              + name
              + " was promoted, so none can be rolled back; to go back, move the version that"
              + " serves out of the store");
    }
    long number = previous.get().number();
    StoredModel model = state.models.get(name);
    if (model == null || !RolloutState.numbers(model).contains(number)) {
      throw new RolloutConflictException(
          "version %d of %s is not in the store any more; put it back, or add it with a higher number"
              .formatted(number, name));
    }
    state.records.save(
        name, record.rolledBack(time.instant(), "it was rolled back by an operator"));
    log.warn("{}: version {} serves again, by an operator", name, number);
    state.end(name);
    settle.run();
  }
}
