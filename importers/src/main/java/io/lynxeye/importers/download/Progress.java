package io.lynxeye.importers.download;

/** Receives the progress of an import, on the thread that runs the import. */
public interface Progress {

  /**
   * Begins a step, which ends when it is closed.
   *
   * @param what the step in a few words, such as "Downloading resnet50"
   * @param totalBytes sum of all amounts if the step succeeds, in bytes; -1 when unknown
   */
  Step begin(String what, long totalBytes);

  /** A running step. */
  interface Step extends AutoCloseable {

    /** Reports that this many more bytes are done. */
    void advance(long amount);

    @Override
    void close();
  }

  /** Ignores all progress. */
  static Progress silent() {
    return (what, totalBytes) ->
        new Step() {
          @Override
          public void advance(long amount) {}

          @Override
          public void close() {}
        };
  }
}
