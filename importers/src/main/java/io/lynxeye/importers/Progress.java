package io.lynxeye.importers;

/** Is told how an import gets on; called on the thread that runs the import. */
public interface Progress {

  /**
   * A step begins; it ends when it is closed.
   *
   * @param what the step in a few words, such as "Downloading resnet50"
   * @param totalBytes what the amounts add up to when all goes well, in bytes; -1 when unknown
   */
  Step begin(String what, long totalBytes);

  /** A step under way. */
  interface Step extends AutoCloseable {

    /** This many more bytes are done. */
    void advance(long amount);

    @Override
    void close();
  }

  /** Tells nobody. */
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
