package io.lynxeye.serving.observation;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.List;

/**
 * Is notified of requests, on the thread that ends them, often an event loop: must return quickly
 * and not throw.
 */
public interface RequestListener {

  /** A listener that notifies each of these, in order. */
  static RequestListener all(List<RequestListener> listeners) {
    List<RequestListener> all = List.copyOf(listeners);
    return new RequestListener() {
      @Override
      public void scored(Call call, ModelInput image, ScoreResult result) {
        all.forEach(listener -> listener.scored(call, image, result));
      }

      @Override
      public void ended(RequestSummary request) {
        all.forEach(listener -> listener.ended(request));
      }

      @Override
      public void other(Call call, int status, long bodyBytes, Duration total) {
        all.forEach(listener -> listener.other(call, status, bodyBytes, total));
      }
    };
  }

  /** An image was scored; its request has not ended yet. Must not keep the image for long. */
  default void scored(Call call, ModelInput image, ScoreResult result) {}

  /** A scoring request has ended, with any outcome. Called once per request. */
  void ended(RequestSummary request);

  /**
   * Any other request has ended: one to another address, or with a wrong method.
   *
   * @param status 0 = no response, because the client had disconnected
   */
  default void other(Call call, int status, long bodyBytes, Duration total) {}
}
