package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelInput;
import java.time.Duration;
import java.util.List;

/**
 * Told of requests, on the thread that ended them, which is often an event loop: returns quickly
 * and throws nothing.
 */
public interface RequestListener {

  /** Tells each of them, in order. */
  static RequestListener all(List<RequestListener> listeners) {
    List<RequestListener> told = List.copyOf(listeners);
    return new RequestListener() {
      @Override
      public void scored(Call call, ModelInput picture, ScoreResult result) {
        told.forEach(listener -> listener.scored(call, picture, result));
      }

      @Override
      public void ended(RequestSummary request) {
        told.forEach(listener -> listener.ended(request));
      }

      @Override
      public void other(Call call, int status, long bodyBytes, Duration total) {
        told.forEach(listener -> listener.other(call, status, bodyBytes, total));
      }
    };
  }

  /** A picture was scored; its request has not ended yet. It is not to be kept for long. */
  default void scored(Call call, ModelInput picture, ScoreResult result) {}

  /** A scoring request has ended, however it did. Once per request. */
  void ended(RequestSummary request);

  /**
   * A request that was none to score has ended: one to another address, or with a wrong method.
   *
   * @param status 0 = there was no answer, for the client had gone
   */
  default void other(Call call, int status, long bodyBytes, Duration total) {}
}
