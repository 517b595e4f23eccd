package io.lynxeye.scoring;

import java.time.Duration;
import java.util.List;

/**
 * A scoring request that has ended.
 *
 * @param call as it came in
 * @param protocol {@code azure}, {@code djl}, ...
 * @param model which model it meant
 * @param pictures how many it asked to score; 0 where that was never found out
 * @param outcome how it ended
 * @param status HTTP's, or what HTTP would say; 0 = there was no answer, for the client had gone
 * @param bodyBytes of the body, as far as it arrived
 * @param total from its head's arrival to its end
 * @param scoredAfter from its head's arrival to its last score; zero where nothing was scored
 * @param timings of each picture that was scored
 */
public record RequestSummary(
    Call call,
    String protocol,
    ModelLabel model,
    int pictures,
    Outcome outcome,
    int status,
    long bodyBytes,
    Duration total,
    Duration scoredAfter,
    List<ScoreResult.Timing> timings) {

  public RequestSummary {
    timings = List.copyOf(timings);
  }
}
