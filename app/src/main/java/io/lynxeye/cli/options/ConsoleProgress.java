package io.lynxeye.cli.options;

import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.importers.download.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows long steps on a terminal as a bar that redraws itself, elsewhere (the log, a pipe) as a
 * line at the start and one at the end.
 */
public final class ConsoleProgress implements Progress {

  private static final Logger log = LoggerFactory.getLogger(ConsoleProgress.class);
  private static final int BAR = 30;
  private static final Duration REDRAW = Duration.ofMillis(100);
  private static final String ERASE_LINE = "\u001b[K";

  private final Consumer<String> lines;
  private final Optional<PrintStream> terminal;

  private ConsoleProgress(Consumer<String> lines, Optional<PrintStream> terminal) {
    this.lines = lines;
    this.terminal = terminal;
  }

  static ConsoleProgress on(PrintStream out, boolean isTerminal) {
    return new ConsoleProgress(out::println, isTerminal ? Optional.of(out) : Optional.empty());
  }

  /** Shows steps on standard error; {@code ./lynxeye} sets the property if that is a terminal. */
  public static ConsoleProgress standard() {
    return on(System.err, "true".equals(System.getProperty("lynxeye.terminal")));
  }

  /** Logs an event at the start of a step and one at its end. */
  public static ConsoleProgress inLog() {
    return new ConsoleProgress(log::info, Optional.empty());
  }

  /**
   * Shows the unpacking of a set of libraries; nothing if they are unpacked already.
   *
   * @param name of the set
   */
  public static NativeLibraries.Listener unpacking(Progress progress, String name) {
    return new NativeLibraries.Listener() {
      private Step step;
      private long shown;

      @Override
      public void unpacked(long bytes, long totalBytes) {
        if (step == null) {
          step = progress.begin("unpacking " + name, totalBytes);
        }
        step.advance(bytes - shown);
        shown = bytes;
        if (bytes == totalBytes) {
          step.close();
        }
      }
    };
  }

  @Override
  public Step begin(String what, long total) {
    if (terminal.isEmpty()) {
      lines.accept(what + " ...");
    }
    return new TimedStep(what, total);
  }

  /** One step; used by one thread. */
  private final class TimedStep implements Step {

    private final String what;
    private final long total;
    private final long start = System.nanoTime();
    private long done;
    private long drawn;
    private boolean closed;

    TimedStep(String what, long total) {
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
      terminal.ifPresent(
          out -> {
            out.print("\r" + what + " " + (total > 0 ? bar() : amount(done)) + ERASE_LINE);
            out.flush();
          });
    }

    private String bar() {
      double share = Math.min(1, (double) done / total);
      int filled = (int) (share * BAR);
      return String.format(
          Locale.ROOT,
          "[%s%s] %3d %% of %s",
          "#".repeat(filled),
          ".".repeat(BAR - filled),
          (int) (share * 100),
          amount(total));
    }

    private static String amount(long amount) {
      return amount < 1 << 20 ? Long.toString(amount) : (amount >> 20) + " MB";
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = String.format(Locale.ROOT, "%s: %.1f s", what, seconds);
        lines.accept(terminal.isPresent() ? "\r" + line + ERASE_LINE : line);
      }
    }
  }
}
