package io.lynxeye.serving.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a version has done since it was loaded.
 *
 * @param last when the last request that was scored arrived; empty before the first
 * @param images images scored
 * @param succeeded requests that were scored and answered, and how long they took in all
 * @param failed requests that ended in any other way
 * @param stages where the time of the successful requests went; of several images of one request,
 *     which are processed in parallel, the slowest counts
 * @param batches the inference calls by their number of images
 */
public record ModelTotals(
    Optional<Instant> last,
    long images,
    Total succeeded,
    Total failed,
    Stages stages,
    SortedMap<Integer, Batches> batches) {

  /** No requests. */
  public static final ModelTotals NONE =
      new ModelTotals(
          Optional.empty(), 0, Total.NONE, Total.NONE, Stages.NONE, Collections.emptySortedMap());

  public ModelTotals {
    batches = Collections.unmodifiableSortedMap(new TreeMap<>(batches));
  }

  /** A number of requests and the sum of their times. */
  public record Total(long count, Duration time) {

    static final Total NONE = new Total(0, Duration.ZERO);

    Total plus(Duration more) {
      return new Total(count + 1, time.plus(more));
    }
  }

  /**
   * Sums of times.
   *
   * @param response building and sending the response
   */
  public record Stages(Duration decode, Duration queue, Duration engine, Duration response) {

    static final Stages NONE =
        new Stages(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    Stages plus(Stages more) {
      return new Stages(
          decode.plus(more.decode),
          queue.plus(more.queue),
          engine.plus(more.engine),
          response.plus(more.response));
    }
  }

  /**
   * The inference calls with a number of images. A call counts once all of its images have been
   * answered.
   *
   * @param calls how many, each image counting its share
   * @param stages where their time went: of decoding and response the sum over the images, of the
   *     engine the sum over the calls
   */
  public record Batches(double calls, Stages stages) {

    static final Batches NONE = new Batches(0, Stages.NONE);

    /** Rounded to whole calls. */
    public long wholeCalls() {
      return Math.round(calls);
    }
  }

  /** Inference calls of all sizes. */
  public long calls() {
    return Math.round(batches.values().stream().mapToDouble(Batches::calls).sum());
  }
}
