package io.lynxeye.serving.rollout;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.rollout.record.RolloutRecord;
import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A trial on given images instead of requests: the same comparison and verdict, without a server
 * and without a decision. Keeps nothing on the disk. Used by one thread.
 */
public final class DryRun {

  private final Trial trial;
  private Evidence evidence = Evidence.none();

  /**
   * Both versions are loaded, and belong to the same model.
   *
   * @param rule whose limits count
   */
  public DryRun(ServedModel serving, ServedModel candidate, RolloutRule rule) {
    this.trial = new Trial(serving, candidate, rule);
  }

  /**
   * Scores an image with both versions. If the candidate fails, that counts as an error of it.
   *
   * @param image the bytes of a file
   * @throws InvalidInputException if the serving version refuses the image, which does not count
   *     then; if it fails in another way, that exception
   */
  public void add(byte[] image) throws InvalidInputException {
    ModelInput input = new ModelInput.Image(image);
    ModelOutput answer = trial.serving.scoreAside(input);
    evidence = evidence.plus(compared(input, answer));
  }

  private Comparison compared(ModelInput input, ModelOutput answer) {
    try {
      return trial.compare(input, answer, false, DryRun::time).orElseThrow();
    } catch (InvalidInputException | RuntimeException e) {
      return trial.failed(answer);
    }
  }

  private static Trial.Timed time(ServedModel model, ModelInput input)
      throws InvalidInputException {
    long start = System.nanoTime();
    ModelOutput output = model.scoreAside(input);
    return new Trial.Timed(output, System.nanoTime() - start);
  }

  /** Images that count. */
  public long images() {
    return evidence.images();
  }

  /** What the images so far say. */
  public Decision decision() {
    return RolloutStatus.judge(evidence, trial.rule).decision();
  }

  /**
   * The facts of {@link RolloutStatus#facts}, with a {@code note} on what an undecided one lacks.
   *
   * @param unreadable files that do not count
   */
  public Map<String, Object> facts(long unreadable) {
    Version serving = version(trial.serving.id());
    Candidate candidate =
        Candidate.begin(version(trial.candidate.id()), serving, Instant.EPOCH).with(evidence);
    Map<String, Object> facts =
        RolloutStatus.of(
                trial.serving.id().name(),
                Optional.of(trial.rule),
                Optional.empty(),
                RolloutRecord.NONE.serving(serving).with(Optional.of(candidate)),
                Optional.of(trial))
            .facts();
    facts.keySet().removeAll(Set.of("state", "started", "expired", "stopped"));
    facts.put("mode", "dry-run");
    facts.put("offered", evidence.images() + unreadable);
    facts.put("dropped", Map.of("unreadable", unreadable));
    facts.put("scope", "the given files; requests may be unlike them");
    if (decision() == Decision.UNDECIDED) {
      facts.put("note", lack());
    }
    return facts;
  }

  private static Version version(ModelId id) {
    return new Version(id.version().value(), "");
  }

  private String lack() {
    OptionalLong enough = RolloutStatus.imagesToDecide(evidence, trial.rule);
    String minimum =
        evidence.images() < trial.rule.minImages()
            ? "fewer than rollout.min_images=" + trial.rule.minImages() + "; "
            : "";
    return minimum
        + (enough.isPresent()
            ? "about %d more images like these are needed"
                .formatted(enough.getAsLong() - evidence.images())
            : "a figure is so close to its limit that no number of images like these is enough");
  }
}
