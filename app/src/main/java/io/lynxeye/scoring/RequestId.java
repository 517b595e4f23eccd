package io.lynxeye.scoring;

import java.util.UUID;

/**
 * What a request goes by. Only printable ASCII of bounded length comes back to the caller: anything
 * else could forge a header or a line of the log.
 */
public final class RequestId {

  /** The longest that is taken; a longer one is refused, not cut, as the caller relies on it. */
  public static final int MAX_LENGTH = 100;

  private RequestId() {}

  /** The caller's own where it has a fit one, or a new one. */
  public static String of(String own) {
    return isFit(own) ? own : UUID.randomUUID().toString();
  }

  /** Whether it may come back. */
  public static boolean isFit(String id) {
    return id != null
        && !id.isEmpty()
        && !isTooLong(id)
        && id.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  public static boolean isTooLong(String id) {
    return id != null && id.length() > MAX_LENGTH;
  }
}
