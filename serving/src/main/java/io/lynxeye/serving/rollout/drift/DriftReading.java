package io.lynxeye.serving.rollout.drift;

/**
 * How far the latest answers are from the baseline.
 *
 * @param images the answers in the window; the shifts are NaN until it is full
 * @param classShift the shift of the classes, as a population stability index
 * @param classLimit above which it is an alarm
 * @param probabilityShift the same of the top probability
 * @param probabilityLimit above which it is an alarm
 */
public record DriftReading(
    long images,
    double classShift,
    double classLimit,
    double probabilityShift,
    double probabilityLimit) {

  private static final double QUIET = 0.8;

  /** Whether a shift is above its limit. */
  public boolean isAlarm() {
    return classShift > classLimit || probabilityShift > probabilityLimit;
  }

  /** Whether both shifts are well below their limits, so that an alarm does not come and go. */
  public boolean isQuiet() {
    return !(classShift > QUIET * classLimit || probabilityShift > QUIET * probabilityLimit);
  }
}
