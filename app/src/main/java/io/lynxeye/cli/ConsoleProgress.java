package io.lynxeye.cli;

import io.lynxeye.importers.Progress;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Shows long steps on a terminal as a bar that redraws itself, elsewhere (a log, a pipe) as a line
 * at the beginning and one at the end.
 */
final class ConsoleProgress implements Progress {

  private static final int BAR = 30;
  private static final Duration REDRAW = Duration.ofMillis(100);

  private final PrintStream out;
  private final boolean terminal;

  ConsoleProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard error; redraws if that is a terminal, which {@code ./lynxeye} finds out. */
  static ConsoleProgress standard() {
    return new ConsoleProgress(System.err, "true".equals(System.getProperty("lynxeye.terminal")));
  }

  @Override
  public Step begin(String what, long total) {
    if (!terminal) {
      out.println(what + " ...");
    }
    return new Bar(what, total);
  }

  /** One step; used by one thread. */
  private final class Bar implements Step {

    private final String what;
    private final long total;
    private final long start = System.nanoTime();
    private long done;
    private long drawn;
    private boolean closed;

    Bar(String what, long total) {
      this.what = what;
      this.total = total;
      draw();
    }

    @Override
    public void advance(long amount) {
      done += amount;
      if (System.nanoTime() - drawn > REDRAW.toNanos()) {
        draw();
      }
    }

    private void draw() {
      drawn = System.nanoTime();
      if (terminal) {
        out.print("\r" + what + " " + (total > 0 ? bar() : amount(done)) + "\u001b[K");
        out.flush();
      }
    }

    private String bar() {
      double share = Math.min(1, (double) done / total);
      int filled = (int) (share * BAR);
      return "[%s%s] %3d %% of %s"
          .formatted(
              "#".repeat(filled), ".".repeat(BAR - filled), (int) (share * 100), amount(total));
    }

    private static String amount(long amount) {
      return amount < 1 << 20 ? Long.toString(amount) : (amount >> 20) + " MB";
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        double seconds = (System.nanoTime() - start) / 1e9;
        out.println(
            (terminal ? "\r" : "")
                + "%s: %.1f s".formatted(what, seconds)
                + (terminal ? "\u001b[K" : ""));
      }
    }
  }
}
