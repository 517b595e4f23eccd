package io.lynxeye.cli;

import io.lynxeye.importers.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows long steps in the log, as an event at the beginning and one at the end. */
final class LoggedProgress implements Progress {

  private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);

  @Override
  public Step begin(String what, long total) {
    log.info("{} ...", what);
    long start = System.nanoTime();
    return new Step() {
      private boolean closed;

      @Override
      public void advance(long amount) {}

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          log.info("{}: {} s", what, Math.round((System.nanoTime() - start) / 1e8) / 10.0);
        }
      }
    };
  }
}
