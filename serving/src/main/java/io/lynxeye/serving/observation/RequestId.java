package io.lynxeye.serving.observation;

import java.util.UUID;

/**
 * The rules for request ids. Only printable ASCII of limited length is returned to the client:
 * anything else could forge a header or a log line.
 */
public final class RequestId {

  /** The maximum length; a longer id is rejected, not truncated, as the client relies on it. */
  public static final int MAX_LENGTH = 100;

  private RequestId() {}

  /** The client's id if it is valid, otherwise a new one. */
  public static String of(String own) {
    return isFit(own) ? own : UUID.randomUUID().toString();
  }

  /** Whether the id may be returned to the client. */
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
