package io.lynxeye.importers;

import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Records every step as {@code what: done of total}, in the order in which they end. */
public final class RecordingProgress implements Progress {
  private final List<String> steps = new ArrayList<>();
  private Action onFirstAdvance = () -> {};

  public List<String> steps() {
    return steps;
  }

  /** What a test does during an import. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }

  /** Runs this once, at the next advance. */
  public void onFirstAdvance(Action action) {
    onFirstAdvance = action;
  }

  @Override
  public Step begin(String what, long totalBytes) {
    return new Step() {
      private long done;

      @Override
      public void advance(long amount) {
        done += amount;
        Action action = onFirstAdvance;
        onFirstAdvance = () -> {};
        try {
          action.run();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        steps.add(what + ": " + done + " of " + totalBytes);
      }
    };
  }
}
