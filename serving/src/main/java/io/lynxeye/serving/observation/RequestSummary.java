package io.lynxeye.serving.observation;

import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;

/**
 * A scoring request that has ended.
 *
 * @param call the request as it arrived
 * @param protocol {@code azure}, {@code djl}, ...
 * @param key the name of the caller's key; empty if it is not known, or if no key is needed
 * @param model the model that it named
 * @param images number of images to score; 0 if that never became known
 * @param outcome how it ended
 * @param status the HTTP status, or its equivalent; 0 = no response, as the client had disconnected
 * @param bodyBytes received bytes of the body
 * @param total time from the arrival of its head to its end
 * @param scoredAfter time from the arrival of its head to its last score; zero without one
 * @param timings the timings of each scored image
 */
public record RequestSummary(
    Call call,
    String protocol,
    String key,
    ModelLabel model,
    int images,
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
