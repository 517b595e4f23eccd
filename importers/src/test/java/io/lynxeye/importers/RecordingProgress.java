package io.lynxeye.importers;

import java.util.ArrayList;
import java.util.List;

/** Notes every step as {@code what: done of total}, in the order in which they end. */
final class RecordingProgress implements Progress {
  private final List<String> steps = new ArrayList<>();
  private Runnable onAdvance = () -> {};

  List<String> steps() {
    return steps;
  }

  /** Runs this at every advance from now on. */
  void onAdvance(Runnable action) {
    onAdvance = action;
  }

  @Override
  public Step begin(String what, long totalBytes) {
    return new Step() {
      private long done;

      @Override
      public void advance(long amount) {
        done += amount;
        onAdvance.run();
      }

      @Override
      public void close() {
        steps.add(what + ": " + done + " of " + totalBytes);
      }
    };
  }
}
