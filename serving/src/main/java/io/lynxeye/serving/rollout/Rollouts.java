package io.lynxeye.serving.rollout;

import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.lifecycle.Decisions;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.record.Records;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.record.VersionDigests;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.scoring.ScoreListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollouts of all models: takes answered inputs to compare, tells the manager what was decided,
 * and begins and ends trials as versions come and go. Thread-safe.
 */
public final class Rollouts implements Trials, ScoreListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Rollouts.class);

  private final RolloutState state;
  private final RolloutDecisions decisions;
  private final ShadowScorer scorer;
  private final Runnable settle;
  private final InstantSource time;
  private final VersionDigests digests = new VersionDigests();

  /**
   * Reads what an earlier process has left; compares nothing before {@link #start}.
   *
   * @param folder the state; {@link #folderIn} the store unless an operator names another
   * @param isIdle whether no caller waits for an image
   * @param settle makes the manager ask for the decisions again; returns at once
   */
  public Rollouts(
      Path folder, BooleanSupplier isIdle, Runnable settle, NanoClock clock, InstantSource time) {
    this(folder, isIdle, settle, clock, time, ShadowScorer.Limits.standard());
  }

  Rollouts(
      Path folder,
      BooleanSupplier isIdle,
      Runnable settle,
      NanoClock clock,
      InstantSource time,
      ShadowScorer.Limits limits) {
    this.state = new RolloutState(folder);
    this.decisions = new RolloutDecisions(state, settle, time);
    this.settle = settle;
    this.time = time;
    this.scorer = new ShadowScorer(isIdle, decisions, limits, clock);
  }

  /** The folder of the state in a model store. */
  public static Path folderIn(Path store) {
    return store.resolve(Records.FOLDER);
  }

  /** Starts to compare. */
  public void start() {
    scorer.start();
  }

  // Requests.

  @Override
  public void scored(ServedModel model, Scored scored) {
    Trial trial = state.trials().get(model.id().name());
    if (trial != null && trial.takes(model)) {
      scorer.offer(trial, scored);
    }
  }

  @Override
  public void failed(ServedModel model) {
    Trial trial = state.trials().get(model.id().name());
    if (trial != null && trial.candidate == model) {
      trial.callerFailed();
      scorer.wake();
    }
  }

  // The manager.

  @Override
  public Decisions decisions(StoredModel model) {
    state.models.put(model.name(), model);
    digests.retain(model.name(), model.sources());
    RolloutRecord record = state.records.of(model.name());
    Map<ModelSource, String> stopped = new HashMap<>();
    for (ModelSource source : model.sources()) {
      record.stopped().stream()
          .filter(one -> one.version().number() == source.id().version().value())
          .filter(one -> one.version().equals(digests.of(source)))
          .forEach(one -> stopped.put(source, one.why()));
    }
    return new Decisions(
        record.serving().map(it -> OptionalLong.of(it.number())).orElseGet(OptionalLong::empty),
        stopped,
        Optional.ofNullable(state.problems.get(model.name())));
  }

  @Override
  public void assigned(StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {
    if (model.settings().rollout().isPresent()) { // Large files take seconds: not in the monitor.
      Stream.of(serving, candidate)
          .flatMap(Optional::stream)
          .forEach(loaded -> digests.of(loaded.source()));
    }
    decisions.look(); // What callers got belongs to the trial that may end now.
    synchronized (state) {
      assign(model, serving, candidate);
    }
  }

  @Override
  public void retain(Set<String> names) {
    synchronized (state) {
      state.retain(names);
    }
    digests.retain(names);
  }

  private void assign(StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {
    String name = model.name();
    state.models.put(name, model);
    Optional<RolloutRule> rule = model.settings().rollout();
    if (rule.isEmpty()) {
      state.end(name);
      state.problems.remove(name);
      state.records.forget(name);
      return;
    }
    serving.ifPresent(loaded -> recordServing(model, loaded.source()));
    Optional<Trial> next = Optional.empty();
    if (serving.isPresent() && candidate.isPresent() && mayTry(serving.get(), candidate.get())) {
      next = Optional.of(new Trial(serving.get().model(), candidate.get().model(), rule.get()));
    }
    Optional<Trial> current = state.trial(name);
    if (next.isEmpty()) {
      state.end(name);
    } else if (current.filter(next.get()::isLike).isEmpty()) {
      begin(serving.get().source(), candidate.get().source(), next.get());
    }
  }

  /** False between a decision and the moment when the manager has carried it out. */
  private boolean mayTry(Loaded serving, Loaded candidate) {
    String name = serving.source().id().name();
    RolloutRecord record = state.records.of(name);
    return !state.problems.containsKey(name)
        && record.serving().equals(Optional.of(digests.of(serving.source())))
        && !record.hasStopped(digests.of(candidate.source()));
  }

  /**
   * Records the first version that serves, and one that stands in for one that the store no longer
   * has. A restart could not tell otherwise which one serves.
   */
  private void recordServing(StoredModel model, ModelSource source) {
    String name = model.name();
    Version version = digests.of(source);
    RolloutRecord record = state.records.of(name);
    Optional<Version> before = record.serving();
    boolean isGone =
        before.filter(it -> RolloutState.numbers(model).contains(it.number())).isEmpty();
    boolean isChanged =
        before.filter(it -> it.number() == version.number() && !it.equals(version)).isPresent();
    if (!isGone && !isChanged && !state.problems.containsKey(name)) {
      return;
    }
    if (isGone || isChanged) {
      record = record.serving(version);
      before.ifPresent(
          it ->
              log.warn(
                  "{}: version {} {}; version {} serves untried",
                  name,
                  it.number(),
                  isGone ? "is not in the store any more" : "has other files",
                  version.number()));
    }
    saveOrRefuse(name, record);
  }

  /**
   * Writes a record; it takes effect even if that fails, but then no version is tried.
   *
   * @return whether it is written
   */
  private boolean saveOrRefuse(String name, RolloutRecord record) {
    try {
      state.records.save(name, record);
      state.problems.remove(name);
      return true;
    } catch (IOException e) {
      state.records.assume(name, record);
      String problem = "its rollout cannot be recorded: " + e.getMessage();
      if (!problem.equals(state.problems.put(name, problem))) {
        log.error("{}: no new version can be tried: {}", name, problem);
      }
      return false;
    }
  }

  private void begin(ModelSource serving, ModelSource candidate, Trial trial) {
    String name = serving.id().name();
    Version version = digests.of(candidate);
    Version against = digests.of(serving);
    RolloutRecord record = state.records.of(name);
    boolean goesOn = record.candidate().filter(it -> it.isOf(version, against)).isPresent();
    Candidate begun =
        goesOn
            ? record.candidate().get().reported(Decision.UNDECIDED) // The rule may be another one.
            : Candidate.begin(version, against, time.instant());
    if (!saveOrRefuse(name, record.with(Optional.of(begun)))) {
      state.end(name);
      settle.run(); // It is unloaded.
      return;
    }
    log.info(
        "{}: version {} is compared with version {}, {} {} of the {}{}",
        name,
        version.number(),
        against.number(),
        trial.isCanary() ? "and answers" : "on",
        trial.rule.share(),
        trial.isCanary() ? "requests" : "images",
        goesOn ? ", and what was compared before counts" : "");
    trial.goOn(begun.evidence().images());
    state.begin(name, trial);
  }

  // Operators.

  /**
   * Lets the version on trial serve, whatever the verdict.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public void promote(String name) throws RolloutConflictException, IOException {
    decisions.promote(name);
  }

  /**
   * Ends the trial and unloads the version; it is not loaded again until its files change.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public void stop(String name) throws RolloutConflictException, IOException {
    decisions.stop(name);
  }

  /**
   * Lets the version serve that served before the last promotion, and stops the one that serves.
   *
   * @throws RolloutConflictException if no version was promoted, or the one before is not in the
   *     store any more
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public void rollBack(String name) throws RolloutConflictException, IOException {
    decisions.rollBack(name);
  }

  /**
   * Counts the true classes of inputs that both versions have scored.
   *
   * @throws RolloutConflictException if no version is on trial
   * @throws InvalidInputException if a label is of neither version; then none is counted
   */
  public Feedback.Receipt feedback(String name, List<Feedback> all)
      throws RolloutConflictException, InvalidInputException {
    return decisions.feedback(name, all);
  }

  /** What is known of a model's rollout. Reads no file, and does not wait for one. */
  public RolloutStatus status(String name) {
    return state.status(name);
  }

  /**
   * An image on which the versions of the current trial disagree.
   *
   * @param digest its SHA-256, or the first 12 digits of it or more
   * @return empty if it is not kept
   */
  public Optional<byte[]> image(String name, String digest) {
    return state.trial(name).flatMap(trial -> trial.disagreements.image(digest));
  }

  /** The models whose settings ask for rollouts, as {@link #status}. */
  public List<RolloutStatus> statuses() {
    return state.models.values().stream()
        .filter(model -> model.settings().rollout().isPresent())
        .map(model -> state.status(model.name()))
        .toList();
  }

  /** Leaves the files as a killed process would: for tests of restarts. */
  void abandon() {
    scorer.close();
    state.records.abandon();
  }

  /** Ends the comparisons, and writes what is not written yet. */
  @Override
  public void close() {
    scorer.close();
    decisions.look();
    state.records.close();
  }
}
