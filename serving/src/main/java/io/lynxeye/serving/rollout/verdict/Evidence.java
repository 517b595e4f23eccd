package io.lynxeye.serving.rollout.verdict;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sums over all inputs that both versions scored: everything that a verdict needs, in a few
 * kilobytes however many they were. Immutable.
 *
 * @param images inputs compared, also those on which the candidate failed
 * @param failed inputs on which the candidate failed; the other counts are without them
 * @param agreed inputs with the same label
 * @param sure inputs of which the serving version was sure: {@link #SURE}
 * @param sureAgreed of these, those with the same label
 * @param changeSum sum of the changes of the top probability, candidate minus serving
 * @param changes how many inputs by the size of that change, in hundredths: "0" to "100"
 * @param ratios how many pairs of times by their ratio: in steps of 1 %, by the number of the step
 * @param servingClasses how many inputs by the serving version's label: the first {@link
 *     #MAX_CLASSES} labels of either version, the others together as {@link #OTHER}
 * @param candidateClasses the same by the candidate's label
 * @param labelled inputs whose true class was sent in afterwards
 * @param callers what callers of a canary got; only {@link Callers#compared} of them are among the
 *     images
 */
public record Evidence(
    long images,
    long failed,
    long agreed,
    long sure,
    long sureAgreed,
    double changeSum,
    Map<String, Long> changes,
    Map<String, Long> ratios,
    Map<String, Long> servingClasses,
    Map<String, Long> candidateClasses,
    McNemar labelled,
    Callers callers) {

  /**
   * What callers of a canary got from the candidate.
   *
   * @param answered inputs that it answered
   * @param failed inputs that it failed on, so that the serving version answered, or no version in
   *     time
   * @param compared of the answered ones, those that the serving version scored again
   */
  public record Callers(long answered, long failed, long compared) {

    /** No caller yet. */
    public static final Callers NONE = new Callers(0, 0, 0);

    /**
     * @throws IllegalArgumentException if a count is negative
     */
    public Callers {
      if (answered < 0 || failed < 0 || compared < 0) {
        throw new IllegalArgumentException("A count of callers is negative.");
      }
    }

    Callers plus(Callers more) {
      return new Callers(answered + more.answered, failed + more.failed, compared + more.compared);
    }
  }

  /** The probability from which a version is sure of its answer. */
  public static final double SURE = 0.9;

  /** The number of labels that are counted one by one. */
  public static final int MAX_CLASSES = 256;

  /** All labels after the first {@link #MAX_CLASSES}. */
  public static final String OTHER = "(other)";

  private static final Evidence NONE =
      new Evidence(
          0, 0, 0, 0, 0, 0, Map.of(), Map.of(), Map.of(), Map.of(), McNemar.NONE, Callers.NONE);

  /**
   * @throws IllegalArgumentException if the counts contradict each other, as those of a damaged
   *     file may
   */
  public Evidence {
    changes = Counts.copy(changes);
    ratios = Counts.copy(ratios);
    servingClasses = Counts.copy(servingClasses);
    candidateClasses = Counts.copy(candidateClasses);
    long answered = images - failed;
    check(failed >= 0 && answered >= 0, "failed");
    check(agreed >= 0 && agreed <= answered, "agreed");
    check(sure >= 0 && sure <= answered, "sure");
    check(sureAgreed >= 0 && sureAgreed <= Math.min(sure, agreed), "sureAgreed");
    check(Math.abs(changeSum) <= answered * (1 + 1e-9), "changeSum");
    check(Bins.CHANGE.total(changes) == answered, "changes");
    check(Bins.RATIO.total(ratios) <= images, "ratios");
    check(Counts.total(servingClasses) == answered, "servingClasses");
    check(Counts.total(candidateClasses) == answered, "candidateClasses");
    check(callers.compared() <= images, "callers");
  }

  private static void check(boolean right, String component) {
    if (!right) {
      throw new IllegalArgumentException("The evidence contradicts itself: " + component + ".");
    }
  }

  /** Nothing compared yet. */
  public static Evidence none() {
    return NONE;
  }

  /** With one more input. */
  public Evidence plus(Comparison comparison) {
    Map<String, Long> timed =
        comparison.latencyRatio().isEmpty()
            ? ratios
            : plus(ratios, Bins.RATIO.of(comparison.latencyRatio().getAsDouble()));
    if (comparison.candidate().isEmpty()) {
      return new Evidence(
          images + 1,
          failed + 1,
          agreed,
          sure,
          sureAgreed,
          changeSum,
          changes,
          timed,
          servingClasses,
          candidateClasses,
          labelled,
          callers);
    }
    TopClass serving = comparison.serving();
    TopClass candidate = comparison.candidate().get();
    boolean agrees = serving.label().equals(candidate.label());
    boolean isSure = serving.probability() >= SURE;
    double change = candidate.probability() - serving.probability();
    Set<String> labels = new HashSet<>(servingClasses.keySet());
    labels.addAll(candidateClasses.keySet());
    return new Evidence(
        images + 1,
        failed,
        agreed + (agrees ? 1 : 0),
        sure + (isSure ? 1 : 0),
        sureAgreed + (agrees && isSure ? 1 : 0),
        changeSum + change,
        plus(changes, Bins.CHANGE.of(Math.abs(change))),
        timed,
        Counts.plus(servingClasses, counted(labels, serving.label())),
        Counts.plus(candidateClasses, counted(labels, candidate.label())),
        labelled,
        callers);
  }

  private static Map<String, Long> plus(Map<String, Long> histogram, int bin) {
    return Counts.plus(histogram, Integer.toString(bin));
  }

  /** The label, or OTHER if there are too many: the same for both versions. */
  private static String counted(Set<String> labels, String label) {
    if (!labels.contains(label)) {
      if (labels.size() >= MAX_CLASSES) {
        return OTHER;
      }
      labels.add(label);
    }
    return label;
  }

  /** With the true class of an input that was compared before. */
  public Evidence plusLabel(boolean servingRight, boolean candidateRight) {
    return with(labelled.plus(servingRight, candidateRight), callers);
  }

  /** With more callers of a canary. */
  public Evidence plusCallers(Callers more) {
    return with(labelled, callers.plus(more));
  }

  private Evidence with(McNemar known, Callers served) {
    return new Evidence(
        images,
        failed,
        agreed,
        sure,
        sureAgreed,
        changeSum,
        changes,
        ratios,
        servingClasses,
        candidateClasses,
        known,
        served);
  }

  /** This many images with the same shares in the measures that have a limit. */
  Evidence like(long number) {
    long failures = scaled(failed, number);
    long answers = number - failures;
    Map<String, Long> same = answers == 0 ? Map.of() : Map.of("0", answers);
    Map<String, Long> times = new HashMap<>();
    long sum = 0;
    for (Map.Entry<String, Long> ratio : ratios.entrySet()) {
      long before = scaled(sum, number);
      sum += ratio.getValue();
      times.put(ratio.getKey(), scaled(sum, number) - before);
    }
    times.values().removeIf(count -> count == 0);
    return new Evidence(
        number,
        failures,
        Math.min(answers, scaled(agreed, number)),
        0,
        0,
        0,
        same,
        times,
        same,
        same,
        McNemar.NONE,
        Callers.NONE);
  }

  private long scaled(long count, long number) {
    return images == 0 ? 0 : Math.round((double) count * number / images);
  }

  /** Inputs on which the candidate did not fail. */
  public long answered() {
    return images - failed;
  }

  /** Inputs with the same label, of those on which the candidate did not fail. */
  public Proportion agreement() {
    return new Proportion(agreed, answered());
  }

  /** Inputs on which the candidate failed: each counts once, whether a caller got its answer. */
  public Proportion errors() {
    long aside = images - callers.compared();
    return new Proportion(failed + callers.failed(), aside + callers.answered() + callers.failed());
  }
}
