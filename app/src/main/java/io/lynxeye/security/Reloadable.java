package io.lynxeye.security;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Content that is read again every second. New content is tried before it replaces the old; content
 * that cannot be read or used changes nothing and is logged once. For one thread at a time.
 *
 * @param <T> the content, compared with {@code equals}
 */
public final class Reloadable<T> {

  private static final Logger log = LoggerFactory.getLogger(Reloadable.class);

  private final String what;
  private final Source<T> source;
  private final Target<T> target;
  private T content;
  private String lastProblem = "";

  /** Where the content comes from. */
  @FunctionalInterface
  public interface Source<T> {
    T read() throws IOException;
  }

  /** What uses the content. */
  @FunctionalInterface
  public interface Target<T> {
    /**
     * Tries the content and starts to use it.
     *
     * @throws IOException when it cannot be used; nothing has changed then
     */
    void use(T content) throws IOException;
  }

  /**
   * Reads the content for the first time.
   *
   * @param what names the content in the log
   * @throws IOException when it cannot be read or used
   */
  public Reloadable(String what, Source<T> source, Target<T> target) throws IOException {
    this.what = what;
    this.source = source;
    this.target = target;
    this.content = source.read();
    target.use(content);
  }

  /** The content in use. */
  public T content() {
    return content;
  }

  /** Reads the content again, and returns whether it has changed. */
  public boolean reload() {
    try {
      T now = source.read();
      boolean isNew = !now.equals(content);
      if (isNew) {
        target.use(now);
        content = now;
      }
      lastProblem = "";
      return isNew;
    } catch (IOException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(lastProblem)) {
        log.warn("reload of {} failed, keeping the loaded version: {}", what, problem);
      }
      lastProblem = problem;
      return false;
    }
  }
}
