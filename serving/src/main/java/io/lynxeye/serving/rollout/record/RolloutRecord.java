package io.lynxeye.serving.rollout.record;

import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the rollouts of one model: what its file holds, and the only truth after a
 * restart. Immutable.
 *
 * @param serving the version that answers requests; empty until one did
 * @param previous the version that served before the last promotion, for a rollback
 * @param stopped the versions that may not serve, the latest last
 * @param candidate the version on trial
 */
public record RolloutRecord(
    Optional<Version> serving,
    Optional<Version> previous,
    List<Stopped> stopped,
    Optional<Candidate> candidate) {

  /** Nothing is known. */
  public static final RolloutRecord NONE =
      new RolloutRecord(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  /** More than anybody compares, and few enough to be read at once. */
  private static final int MAX_STOPPED = 100;

  /**
   * A version with the content of its files.
   *
   * @param digest of all files: the same for a copy elsewhere
   */
  public record Version(long number, String digest) {}

  /** A version that may not serve until its files change. */
  public record Stopped(Version version, Instant at, String why) {}

  /**
   * A version on trial.
   *
   * @param against the version that it is compared with
   * @param reported the last decision that was logged, so that it is logged once
   * @param isExpired whether the end of the window was logged
   */
  public record Candidate(
      Version version,
      Version against,
      Instant started,
      Evidence evidence,
      Decision reported,
      boolean isExpired) {

    public static Candidate begin(Version version, Version against, Instant now) {
      return new Candidate(version, against, now, Evidence.none(), Decision.UNDECIDED, false);
    }

    /** Whether it is the trial of these two, with the same files. */
    public boolean isOf(Version other, Version serving) {
      return version.equals(other) && against.equals(serving);
    }

    public Candidate with(Evidence more) {
      return new Candidate(version, against, started, more, reported, isExpired);
    }

    public Candidate reported(Decision decision) {
      return new Candidate(version, against, started, evidence, decision, isExpired);
    }

    public Candidate expired() {
      return new Candidate(version, against, started, evidence, reported, true);
    }
  }

  public RolloutRecord {
    int size = stopped.size();
    stopped = List.copyOf(stopped.subList(Math.max(0, size - MAX_STOPPED), size));
  }

  /** This version serves without a decision: it is the first, or the one before it is gone. */
  public RolloutRecord serving(Version version) {
    return new RolloutRecord(
        Optional.of(version),
        Optional.empty(),
        stopped,
        candidate.filter(it -> it.version().number() > version.number()));
  }

  /** Whether a version may not serve. */
  public boolean hasStopped(Version version) {
    return stopped.stream().anyMatch(one -> one.version().equals(version));
  }

  public RolloutRecord with(Optional<Candidate> next) {
    return new RolloutRecord(serving, previous, stopped, next);
  }

  /** The version on trial serves from now on. */
  public RolloutRecord promoted() {
    return new RolloutRecord(candidate.map(Candidate::version), serving, stopped, Optional.empty());
  }

  /** The version on trial may not serve. */
  public RolloutRecord stopped(Instant at, String why) {
    return new RolloutRecord(
        serving, previous, plus(candidate.map(Candidate::version), at, why), Optional.empty());
  }

  /** The previous version serves again, and the one that served may not. */
  public RolloutRecord rolledBack(Instant at, String why) {
    return new RolloutRecord(previous, Optional.empty(), plus(serving, at, why), candidate);
  }

  private List<Stopped> plus(Optional<Version> version, Instant at, String why) {
    List<Stopped> all = new ArrayList<>(stopped);
    version.ifPresent(one -> all.add(new Stopped(one, at, why)));
    return all;
  }
}
