package io.lynxeye.cli.score;

import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.ScoringService;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Scores files, a window of them at a time, bounded by number and bytes, so that they form batches.
 *
 * @param topK predictions for each image; empty = as many as the model has by default
 */
record FileScoring(ScoringService scoring, String model, OptionalInt topK) {

  /** Images that wait or are scored at the same time. */
  static final int IN_FLIGHT = 32;

  private static final long MAX_HELD_BYTES = 64L << 20;

  /** Receives the result of each file, in the order of the files. */
  interface Receiver {

    void scored(String file, ScoreResult result);

    void failed(String file, String reason);

    /** Whether to go on with the next file. */
    boolean wantsMore();
  }

  /** An image that is being scored. */
  private record Pending(String file, int bytes, CompletableFuture<ScoreResult> result) {}

  /**
   * @param files names, or {@code -} for standard input
   */
  void score(List<String> files, Receiver receiver) {
    long held = 0;
    ArrayDeque<Pending> window = new ArrayDeque<>();
    for (String file : files) {
      Pending next = submit(file);
      window.addLast(next);
      held += next.bytes;
      while (window.size() > IN_FLIGHT || (held > MAX_HELD_BYTES && window.size() > 1)) {
        Pending first = window.removeFirst();
        held -= first.bytes;
        pass(first, receiver);
        if (!receiver.wantsMore()) {
          return;
        }
      }
    }
    window.forEach(pending -> pass(pending, receiver));
  }

  private Pending submit(String file) {
    try {
      byte[] body = ImageFiles.read(file);
      ScoreRequest request =
          new ScoreRequest(Optional.of(model), VersionChoice.newest(), body, topK);
      return new Pending(file, body.length, scoring.score(request));
    } catch (IOException | InvalidInputException e) {
      return new Pending(file, 0, CompletableFuture.failedFuture(e));
    }
  }

  private static void pass(Pending pending, Receiver receiver) {
    ScoreResult result;
    try {
      result = pending.result.join();
    } catch (CompletionException e) {
      receiver.failed(pending.file, ImageFiles.reason(e.getCause()));
      return;
    }
    receiver.scored(pending.file, result);
  }
}
