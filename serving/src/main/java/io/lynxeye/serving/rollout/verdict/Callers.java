package io.lynxeye.serving.rollout.verdict;

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
