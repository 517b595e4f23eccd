package io.lynxeye.serving.rollout.watch;

import io.lynxeye.serving.lifecycle.RoleListener;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.lifecycle.Trials.Loaded;
import io.lynxeye.serving.liveness.SteadyThread;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.verdict.TopClass;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the answers of the versions that serve, of each model whose settings say {@code
 * drift=on}. Its thread runs once there is one. Thread-safe.
 */
public final class Drifts implements RoleListener, ScoreListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Drifts.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final BaselineFiles files;
  private final InstantSource time;
  private final Duration interval;
  private final Map<String, DriftWatch> watches = new ConcurrentSkipListMap<>();
  private final SteadyThread thread =
      new SteadyThread("drift", failure -> log.error("checking for drift failed", failure));
  private boolean isRunning;

  /**
   * @param folder the state of the rollouts
   */
  public Drifts(Path folder, InstantSource time) {
    this(folder, time, TICK);
  }

  /**
   * @param interval between two calls of {@link #tick}
   */
  Drifts(Path folder, InstantSource time, Duration interval) {
    this.files = new BaselineFiles(folder);
    this.time = time;
    this.interval = interval;
  }

  @Override
  public synchronized void assigned(
      StoredModel model, Optional<Loaded> serving, Optional<Loaded> candidate) {
    String name = model.name();
    if (serving.isEmpty() || model.settings().driftWindow().isEmpty()) {
      watches.remove(name);
      return;
    }
    int window = model.settings().driftWindow().getAsInt();
    DriftWatch next = new DriftWatch(serving.get(), window, files, time);
    DriftWatch current = watches.get(name);
    if (current == null || !current.isLike(next)) {
      watches.put(name, next);
    }
    if (!isRunning) {
      isRunning = true;
      thread.repeat(interval, interval, this::tick);
    }
  }

  @Override
  public void retain(Set<String> models) {
    watches.keySet().retainAll(models);
  }

  @Override
  public void scored(ServedModel model, Scored scored) {
    DriftWatch watch = watches.get(model.id().name());
    if (watch != null && watch.loaded.model() == model) {
      watch.add(answer(scored.result()));
    }
  }

  @Override
  public void failed(ServedModel model) {}

  /** The best class of an answer; empty if the output is not one score per class, or no number. */
  public static Optional<TopClass> answer(ScoreResult result) {
    return result.best(1).stream()
        .filter(best -> !Float.isNaN(best.probability()))
        .map(best -> new TopClass(best.label(), best.probability()))
        .findFirst();
  }

  /** Called every second. */
  void tick() {
    watches.values().forEach(Drifts::tick);
  }

  /** A version that cannot be checked does not keep the others from it. */
  private static void tick(DriftWatch watch) {
    try {
      watch.tick();
    } catch (RuntimeException e) {
      log.error("{}: checking for drift failed", watch.loaded.source().id(), e);
    }
  }

  /** What is known of the versions that are watched, by the model's name. */
  public List<DriftStatus> statuses() {
    return watches.values().stream().map(DriftWatch::status).toList();
  }

  /** What is known of a model as maps, texts, numbers and booleans. */
  public Map<String, Object> facts(String name) {
    DriftWatch watch = watches.get(name);
    if (watch != null) {
      return watch.status().facts();
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", name);
    facts.put("state", "off");
    facts.put("problem", "its settings do not say drift=on, or no version of it serves");
    facts.put("alarm", false);
    return facts;
  }

  /**
   * Deletes the baseline of a model's serving version: the next answers make another.
   *
   * @return false if the model is not watched
   * @throws IOException if the file cannot be deleted; then nothing has changed
   */
  public boolean forgetBaseline(String name) throws IOException {
    DriftWatch watch = watches.get(name);
    if (watch == null) {
      return false;
    }
    watch.forget();
    return true;
  }

  /** Ends the thread. */
  @Override
  public void close() {
    thread.close();
  }
}
