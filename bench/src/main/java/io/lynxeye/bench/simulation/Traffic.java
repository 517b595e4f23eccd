package io.lynxeye.bench.simulation;

import io.lynxeye.serving.rollout.drift.Drift;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Answers of a version to simulated traffic: 1,000 classes whose frequencies fall like 1/rank
 * (Zipf), and top probabilities of which a quarter is above 0.95 and a quarter below 0.47.
 */
final class Traffic {

  /** The window is compared with the baseline after so many answers. */
  private static final int LOOK = 10;

  private static final int CLASSES = 1_000;
  private static final int ORDINARY = 10_000;
  private static final double[] CUMULATIVE = new double[CLASSES];

  static {
    double sum = 0;
    for (int i = 0; i < CLASSES; i++) {
      sum += 1.0 / (i + 1);
      CUMULATIVE[i] = sum;
    }
  }

  private final SplittableRandom random;
  private final int series;
  private int label;

  /**
   * @param series the mean number of inputs in a row that have the same class
   */
  private Traffic(SplittableRandom random, int series) {
    this.random = random;
    this.series = series;
    this.label = drawn();
  }

  private int drawn() {
    double place = random.nextDouble() * CUMULATIVE[CLASSES - 1];
    int index = Arrays.binarySearch(CUMULATIVE, place);
    return index < 0 ? -index - 1 : index;
  }

  private TopClass next() {
    if (random.nextInt(series) == 0) {
      label = drawn();
    }
    double logit = 1.4 + 2.3 * Trial.gaussian(random);
    return new TopClass(Integer.toString(label), 0.05 + 0.95 / (1 + Math.exp(-logit)));
  }

  /** Ordinary answers after the baseline: after how many of ten thousand there was an alarm. */
  static Runs ordinary(int runs, int series) {
    return Runs.of(
        runs,
        random -> {
          Traffic traffic = new Traffic(random, series);
          Drift drift = drift(traffic);
          for (int images = 1; images <= ORDINARY; images++) {
            drift.add(traffic.next());
            if (images % LOOK == 0 && drift.reading().isAlarm()) {
              return images;
            }
          }
          return 0;
        });
  }

  /** Changed answers after a window of ordinary ones: after how many there was an alarm. */
  static Runs changed(int runs, Change change) {
    return Runs.of(
        runs,
        random -> {
          Traffic traffic = new Traffic(random, 1);
          Drift drift = drift(traffic);
          for (int images = 1; images <= Drift.WINDOW; images++) {
            drift.add(traffic.next());
          }
          for (int images = 1; images <= ORDINARY; images++) {
            drift.add(change.of(traffic.next(), random));
            if (images % LOOK == 0 && drift.reading().isAlarm()) {
              return images;
            }
          }
          return 0;
        });
  }

  private static Drift drift(Traffic traffic) {
    return new Drift(
        ScoreBaseline.of(Stream.generate(traffic::next).limit(ScoreBaseline.IMAGES).toList()),
        Drift.WINDOW);
  }

  /** What a change of the inputs makes of the answers. */
  enum Change {
    LESS_SURE("less sure: probabilities to the power of 2, the same classes") {
      @Override
      TopClass of(TopClass answer, SplittableRandom random) {
        return new TopClass(answer.label(), Math.pow(answer.probability(), 2));
      }
    },
    UNSURE("unsure: probabilities to the power of 4, and 3 in 10 get any other class") {
      @Override
      TopClass of(TopClass answer, SplittableRandom random) {
        String label =
            random.nextInt(10) < 3 ? Integer.toString(random.nextInt(CLASSES)) : answer.label();
        return new TopClass(label, Math.pow(answer.probability(), 4));
      }
    },
    OTHER_CLASSES("1,000 other classes, as sure as before") {
      @Override
      TopClass of(TopClass answer, SplittableRandom random) {
        return new TopClass(
            Integer.toString(CLASSES + random.nextInt(CLASSES)), answer.probability());
      }
    };

    private final String text;

    Change(String text) {
      this.text = text;
    }

    abstract TopClass of(TopClass answer, SplittableRandom random);

    @Override
    public String toString() {
      return text;
    }
  }
}
