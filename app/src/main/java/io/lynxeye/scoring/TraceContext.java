package io.lynxeye.scoring;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request's place in a trace, as the W3C's Trace Context has it.
 *
 * @param traceId 32 hexadecimal digits: the caller's, or a new one
 * @param spanId 16 hexadecimal digits: this server's part of the trace
 * @param parentId the caller's part, where there is one
 * @param sampled whether the caller records the trace; true without a caller
 * @param state the caller's {@code tracestate}; empty without one
 */
public record TraceContext(
    String traceId, String spanId, Optional<String> parentId, boolean sampled, String state) {

  private static final Pattern PARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");
  private static final int SAMPLED = 1;

  /**
   * The caller's trace goes on, or a new one begins where what it sent is none.
   *
   * @param traceparent the header; null = not sent
   * @param tracestate likewise; not looked at without a parent
   */
  public static TraceContext of(String traceparent, String tracestate) {
    Matcher parent = PARENT.matcher(traceparent == null ? "" : traceparent);
    if (!parent.matches() || !isValid(parent)) {
      return new TraceContext(id() + id(), id(), Optional.empty(), true, "");
    }
    boolean sampled = (Integer.parseInt(parent.group(4), 16) & SAMPLED) != 0;
    boolean hasState = tracestate != null && STATE.matcher(tracestate).matches();
    return new TraceContext(
        parent.group(2), id(), Optional.of(parent.group(3)), sampled, hasState ? tracestate : "");
  }

  /** A later version than 00 may have more to say behind it; ff is none, and neither is all 0. */
  private static boolean isValid(Matcher parent) {
    boolean version = !parent.group(1).equals("00") || parent.group(5) == null;
    return version
        && !parent.group(1).equals("ff")
        && !parent.group(2).matches("0+")
        && !parent.group(3).matches("0+");
  }

  /** The {@code traceparent} of whoever comes after this server. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  /** Not all 0, which is no id. Ids are no secrets: any random numbers do. */
  private static String id() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
  }
}
