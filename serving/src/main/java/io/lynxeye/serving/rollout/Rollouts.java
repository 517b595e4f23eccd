package io.lynxeye.serving.rollout;

import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.lifecycle.Decisions;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Verdict;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollouts of all models: takes answered inputs to compare, judges the versions on trial, and
 * promotes or stops them, by their rule or for an operator. A decision is in its file before it
 * takes effect. Thread-safe.
 */
public final class Rollouts implements Trials, ScoreListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Rollouts.class);

  private final Records records;
  private final ShadowScorer scorer;
  private final Runnable settle;
  private final InstantSource time;
  private final VersionDigests digests = new VersionDigests();
  private final Map<String, StoredModel> models = new ConcurrentHashMap<>();

  /** Why no version of a model can be tried. */
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  /** By model, those that compare; replaced as a whole, so that requests only read a reference. */
  private volatile Map<String, Trial> trials = Map.of();

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
    this.records = new Records(folder);
    this.settle = settle;
    this.time = time;
    this.scorer = new ShadowScorer(isIdle, new Scored(), limits, clock);
  }

  /** The folder of the state in a model store. */
  public static Path folderIn(Path store) {
    return store.resolve(RolloutStore.FOLDER);
  }

  /** Starts to compare. */
  public void start() {
    scorer.start();
  }

  // Requests.

  @Override
  public void scored(ServedModel model, ModelInput input, ScoreResult result) {
    Trial trial = trials.get(model.id().name());
    if (trial != null && trial.serving == model && trial.takesNext()) {
      scorer.offer(trial, input, result);
    }
  }

  // The manager.

  @Override
  public synchronized Decisions decisions(StoredModel model) {
    models.put(model.name(), model);
    digests.retain(model.name(), model.sources());
    RolloutRecord record = records.of(model.name());
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
        Optional.ofNullable(problems.get(model.name())));
  }

  @Override
  public synchronized void assigned(
      StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {
    String name = model.name();
    models.put(name, model);
    Optional<RolloutRule> rule = model.settings().rollout();
    if (rule.isEmpty()) {
      end(name);
      problems.remove(name);
      records.forget(name);
      return;
    }
    serving.ifPresent(loaded -> recordServing(model, loaded.source()));
    Optional<Trial> next = Optional.empty();
    if (serving.isPresent() && candidate.isPresent() && mayTry(serving.get(), candidate.get())) {
      next = Optional.of(new Trial(serving.get().model(), candidate.get().model(), rule.get()));
    }
    Optional<Trial> current = Optional.ofNullable(trials.get(name));
    if (next.isEmpty()) {
      end(name);
    } else if (current.filter(next.get()::isLike).isEmpty()) {
      begin(serving.get().source(), candidate.get().source(), next.get());
    }
  }

  /** False between a decision and the moment when the manager has carried it out. */
  private boolean mayTry(Loaded serving, Loaded candidate) {
    String name = serving.source().id().name();
    RolloutRecord record = records.of(name);
    return !problems.containsKey(name)
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
    RolloutRecord record = records.of(name);
    Optional<Version> before = record.serving();
    boolean isGone = before.filter(it -> numbers(model).contains(it.number())).isEmpty();
    boolean isChanged =
        before.filter(it -> it.number() == version.number() && !it.equals(version)).isPresent();
    if (!isGone && !isChanged && !problems.containsKey(name)) {
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
      records.save(name, record);
      problems.remove(name);
      return true;
    } catch (IOException e) {
      records.assume(name, record);
      String problem = "its rollout cannot be recorded: " + e.getMessage();
      if (!problem.equals(problems.put(name, problem))) {
        log.error("{}: no new version can be tried: {}", name, problem);
      }
      return false;
    }
  }

  private static List<Long> numbers(StoredModel model) {
    return model.sources().stream().map(source -> source.id().version().value()).toList();
  }

  private void begin(ModelSource serving, ModelSource candidate, Trial trial) {
    String name = serving.id().name();
    Version version = digests.of(candidate);
    Version against = digests.of(serving);
    RolloutRecord record = records.of(name);
    boolean goesOn = record.candidate().filter(it -> it.isOf(version, against)).isPresent();
    Candidate begun =
        goesOn
            ? record.candidate().get()
            : Candidate.begin(version, against, time.instant());
    if (!saveOrRefuse(name, record.with(Optional.of(begun)))) {
      end(name);
      settle.run(); // It is unloaded.
      return;
    }
    log.info(
        "{}: version {} is compared with version {}, on {} of the images{}",
        name,
        version.number(),
        against.number(),
        trial.rule.share(),
        goesOn ? ", and what was compared before counts" : "");
    Map<String, Trial> next = new HashMap<>(trials);
    next.put(name, trial);
    trials = Map.copyOf(next);
  }

  private void end(String name) {
    Map<String, Trial> next = new HashMap<>(trials);
    if (next.remove(name) != null) {
      trials = Map.copyOf(next);
    }
  }

  // Verdicts.

  /** What becomes of comparisons. */
  private final class Scored implements ShadowScorer.Listener {

    @Override
    public boolean goesOn(Trial trial) {
      String name = trial.serving.id().name();
      return trials.get(name) == trial && !isFailed(records.of(name).candidate());
    }

    @Override
    public void compared(Trial trial, Comparison comparison) {
      add(trial, comparison);
    }

    @Override
    public void tick() {
      records.saveAll();
      trials.forEach((name, trial) -> expire(name, trial));
    }
  }

  /** A failed version that waits for an operator is not compared any further. */
  private static boolean isFailed(Optional<Candidate> candidate) {
    return candidate.filter(it -> it.reported() == Decision.FAIL).isPresent();
  }

  private synchronized void add(Trial trial, Comparison comparison) {
    String name = trial.serving.id().name();
    Optional<Candidate> before = records.of(name).candidate();
    if (trials.get(name) != trial || before.isEmpty()) {
      return; // It has ended meanwhile.
    }
    Candidate candidate = before.get().with(before.get().evidence().plus(comparison));
    records.count(name, records.of(name).with(Optional.of(candidate)));
    Verdict verdict = RolloutStatus.judge(candidate.evidence(), trial.rule);
    if (verdict.decision() != candidate.reported()) {
      decide(name, trial.rule, candidate, verdict);
    }
  }

  private void decide(String name, RolloutRule rule, Candidate candidate, Verdict verdict) {
    try {
      if (verdict.decision() == Decision.FAIL && rule.stops()) {
        stop(name, verdict.summary());
      } else if (verdict.decision() == Decision.PASS && rule.promotes()) {
        promote(name, verdict.summary());
      } else {
        records.save(
            name, records.of(name).with(Optional.of(candidate.reported(verdict.decision()))));
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
    RolloutRecord record = records.of(name);
    records.save(name, record.promoted());
    ended(name, record.candidate().orElseThrow(), "promoted", why);
  }

  private void stop(String name, String why) throws IOException {
    RolloutRecord record = records.of(name);
    records.save(name, record.stopped(time.instant(), "its rollout was stopped: " + why));
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
    report.putAll(status(name, records.of(name).with(Optional.of(candidate))).facts());
    records.report(name, number, report);
    end(name);
    settle.run();
  }

  private synchronized void expire(String name, Trial trial) {
    Optional<Candidate> candidate = records.of(name).candidate();
    boolean isOver =
        candidate
            .filter(it -> !it.isExpired() && it.reported() == Decision.UNDECIDED)
            .filter(it -> time.instant().isAfter(it.started().plus(trial.rule.window())))
            .isPresent();
    if (isOver && trials.get(name) == trial) {
      records.count(name, records.of(name).with(candidate.map(Candidate::expired)));
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

  // Operators.

  /**
   * Lets the version on trial serve, whatever the verdict.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public synchronized void promote(String name) throws RolloutConflictException, IOException {
    requireCandidate(name);
    promote(name, "by an operator");
  }

  /**
   * Ends the trial and unloads the version; it is not loaded again until its files change.
   *
   * @throws RolloutConflictException if none is on trial
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public synchronized void stop(String name) throws RolloutConflictException, IOException {
    requireCandidate(name);
    stop(name, "by an operator");
  }

  private void requireCandidate(String name) throws RolloutConflictException {
    if (records.of(name).candidate().isEmpty() || !trials.containsKey(name)) {
      throw new RolloutConflictException(
          "no version of "
              + name
              + " is on trial; set rollout=shadow, add a version with a higher number, and wait"
              + " until it is loaded");
    }
  }

  /**
   * Lets the version serve that served before the last promotion, and stops the one that serves.
   *
   * @throws RolloutConflictException if there is none, or it is not in the store any more
   * @throws IOException if the decision cannot be recorded; then nothing has changed
   */
  public synchronized void rollBack(String name) throws RolloutConflictException, IOException {
    RolloutRecord record = records.of(name);
    Optional<Version> previous = record.previous();
    if (previous.isEmpty()) {
      throw new RolloutConflictException(
          "no version of " + name + " was promoted, so none can be rolled back");
    }
    long number = previous.get().number();
    if (!numbers(models.get(name)).contains(number)) {
      throw new RolloutConflictException(
          "version %d of %s is not in the store any more; put it back, or add it with a higher number"
              .formatted(number, name));
    }
    records.save(name, record.rolledBack(time.instant(), "it was rolled back by an operator"));
    log.warn("{}: version {} serves again, by an operator", name, number);
    end(name);
    settle.run();
  }

  /** What is known of a model's rollout. Reads no file, and does not wait for one. */
  public RolloutStatus status(String name) {
    return status(name, records.of(name));
  }

  /** The models whose settings ask for rollouts, as {@link #status}. */
  public List<RolloutStatus> statuses() {
    return models.values().stream()
        .filter(model -> model.settings().rollout().isPresent())
        .map(model -> status(model.name()))
        .toList();
  }

  private RolloutStatus status(String name, RolloutRecord record) {
    return RolloutStatus.of(
        name,
        Optional.ofNullable(models.get(name)).flatMap(model -> model.settings().rollout()),
        Optional.ofNullable(problems.get(name)),
        record,
        Optional.ofNullable(trials.get(name)));
  }

  /** Leaves the files as a killed process would: for tests of restarts. */
  void abandon() {
    scorer.close();
    records.abandon();
  }

  /** Ends the comparisons, and writes what is not written yet. */
  @Override
  public void close() {
    scorer.close();
    records.close();
  }
}
