package io.lynxeye.serving.rollout.watch;

import io.lynxeye.archive.UnwritableException;
import io.lynxeye.serving.lifecycle.Trials.Loaded;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.rollout.drift.Drift;
import io.lynxeye.serving.rollout.drift.DriftReading;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.record.DamagedException;
import io.lynxeye.serving.rollout.record.StateFile;
import io.lynxeye.serving.rollout.record.VersionDigests;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of one version: they make its baseline first, unless a file has one, and are compared
 * with it then. {@link #add} is for workers and takes a short lock; all else is for one thread at a
 * time, which may read and write files.
 */
final class DriftWatch {

  private static final Logger log = LoggerFactory.getLogger(DriftWatch.class);

  final Loaded loaded;
  private final int window;
  private final BaselineFiles files;
  private final InstantSource time;
  private final ModelId id;

  /** Guards what workers write: the next three. */
  private final Object lock = new Object();

  /** Until there is a baseline. */
  private List<TopClass> first = new ArrayList<>();

  private Optional<Drift> drift = Optional.empty();
  private boolean hasOtherOutputs;

  /** Of the version's files; empty until they were read. */
  private String digest = "";

  private Optional<BaselineFiles.Stamp> seen = Optional.empty();

  /** Why the file, which may be good, cannot be read now. */
  private Optional<String> unread = Optional.empty();

  private Optional<StoredBaseline> baseline = Optional.empty();
  private Optional<Instant> alarm = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private volatile DriftStatus status;

  DriftWatch(Loaded loaded, int window, BaselineFiles files, InstantSource time) {
    this.loaded = loaded;
    this.window = window;
    this.files = files;
    this.time = time;
    this.id = loaded.source().id();
    publish(Optional.empty());
  }

  /** Whether it watches the same version, as loaded, in the same way. */
  boolean isLike(DriftWatch other) {
    return loaded.model() == other.loaded.model()
        && loaded.source().equals(other.loaded.source())
        && window == other.window;
  }

  DriftStatus status() {
    return status;
  }

  /**
   * @param answer empty if the output is not one score per class
   */
  void add(Optional<TopClass> answer) {
    synchronized (lock) {
      if (answer.isEmpty()) {
        hasOtherOutputs = true;
      } else if (drift.isPresent()) {
        drift.get().add(answer.get());
      } else if (first.size() < ScoreBaseline.IMAGES) {
        first.add(answer.get());
      }
    }
  }

  /** Takes a new baseline or a replaced file into use, and says when drift begins and ends. */
  synchronized void tick() {
    if (digest.isEmpty()) {
      digest = VersionDigests.digest(loaded.source());
    }
    follow();
    complete();
    publish(look());
  }

  private void follow() {
    Optional<BaselineFiles.Stamp> now = files.stamp(id);
    if (now.isEmpty() || now.equals(seen) || read()) {
      seen = now;
      unread = Optional.empty();
    }
  }

  /**
   * @return false if the file cannot be read now: the next tick tries again
   */
  private boolean read() {
    try {
      StoredBaseline stored = files.read(id);
      if (stored.digest().equals(digest)) {
        use(stored);
        problem = Optional.empty();
        log.info("{}: the baseline for drift has {} images", id, stored.images());
      } else {
        log.info("{}: {} is of other files of this version, and is not used", id, files.file(id));
      }
    } catch (DamagedException e) {
      log.warn(
          "{}: {} is damaged ({}) and is renamed to .damaged: {}",
          id,
          files.file(id),
          UnwritableException.reason(e),
          baseline.isPresent() ? "the one before stays in use" : "the next answers make another");
      StateFile.putAside(files.file(id));
    } catch (IOException e) {
      Optional<String> why =
          Optional.of(
              "%s cannot be read (%s); let this server's user read it"
                  .formatted(files.file(id), UnwritableException.reason(e)));
      if (!why.equals(unread)) {
        log.warn("{}: {}", id, why.get());
      }
      unread = why;
      return false;
    }
    return true;
  }

  private void use(StoredBaseline next) {
    Drift compares = new Drift(next.scores(), window);
    synchronized (lock) {
      drift = Optional.of(compares);
      first = new ArrayList<>();
    }
    baseline = Optional.of(next);
  }

  /** Makes the baseline of the first answers, and saves it. */
  private void complete() {
    List<TopClass> answers;
    synchronized (lock) {
      if (drift.isPresent() || first.size() < ScoreBaseline.IMAGES) {
        return;
      }
      answers = List.copyOf(first);
    }
    StoredBaseline made =
        new StoredBaseline(
            digest,
            StoredBaseline.ANSWERS,
            answers.size(),
            time.instant(),
            ScoreBaseline.of(answers));
    use(made);
    log.info("{}: the baseline for drift is complete with {} answers", id, made.images());
    try {
      if (unread.isPresent()) { // It may be good, so it is not replaced.
        throw new IOException(unread.get());
      }
      files.write(id, made);
      seen = files.stamp(id);
    } catch (IOException e) {
      problem = Optional.of("the baseline ends with this process: " + e.getMessage());
      log.warn("{}: {}", id, problem.get());
    }
  }

  private Optional<DriftReading> look() {
    Optional<DriftReading> reading;
    synchronized (lock) {
      reading = drift.map(Drift::reading);
    }
    boolean begins = alarm.isEmpty() && reading.filter(DriftReading::isAlarm).isPresent();
    boolean ends = alarm.isPresent() && reading.filter(DriftReading::isQuiet).isPresent();
    if (begins) {
      alarm = Optional.of(time.instant());
      log.warn("{}: the answers drift: {}", id, DriftStatus.text(reading.get()));
    } else if (ends) {
      log.info(
          "{}: the drift that began at {} has ended: {}",
          id,
          alarm.get(),
          DriftStatus.text(reading.get()));
      alarm = Optional.empty();
    }
    return reading;
  }

  private void publish(Optional<DriftReading> reading) {
    long collected;
    boolean isRefused;
    synchronized (lock) {
      collected = baseline.map(StoredBaseline::images).orElse((long) first.size());
      isRefused = hasOtherOutputs && collected == 0;
    }
    status =
        new DriftStatus(
            id,
            collected,
            baseline,
            reading,
            alarm,
            isRefused ? Optional.of(DriftStatus.NO_SCORES) : problem.or(() -> unread));
  }

  /**
   * Begins with a new baseline.
   *
   * @throws IOException if the file of the old one cannot be deleted; then nothing has changed
   */
  synchronized void forget() throws IOException {
    files.forget(id);
    synchronized (lock) {
      drift = Optional.empty();
      first = new ArrayList<>();
      hasOtherOutputs = false;
    }
    seen = Optional.empty();
    unread = Optional.empty();
    baseline = Optional.empty();
    alarm = Optional.empty();
    problem = Optional.empty();
    log.info("{}: the baseline for drift is forgotten; the next answers make another", id);
    publish(Optional.empty());
  }
}
