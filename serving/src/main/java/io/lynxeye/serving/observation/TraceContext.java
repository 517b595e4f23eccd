package io.lynxeye.serving.observation;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trace of a request, as in W3C Trace Context.
 *
 * @param traceId 32 hexadecimal digits: the client's, or a new one
 * @param spanId 16 hexadecimal digits: this server's span
 * @param parentId the client's span, if it sent one
 * @param sampled whether the client records the trace; true if it sent none
 * @param state the client's {@code tracestate}; empty without one
 */
public record TraceContext(
    String traceId, String spanId, Optional<String> parentId, boolean sampled, String state) {

  private static final Pattern PARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");
  private static final int SAMPLED = 1;

  /**
   * Continues the client's trace, or starts a new one if it sent no valid one.
   *
   * @param traceparent the header; null = not sent
   * @param tracestate the header; null = not sent; ignored without a valid parent
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

  /** Versions after 00 may have more fields; ff is no version, and all zeros is no id. */
  private static boolean isValid(Matcher parent) {
    boolean version = !parent.group(1).equals("00") || parent.group(5) == null;
    return version
        && !parent.group(1).equals("ff")
        && !parent.group(2).matches("0+")
        && !parent.group(3).matches("0+");
  }

  /** The {@code traceparent} header for services that this server calls. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  /** Never all zeros. Ids are not secret, so any random numbers are good enough. */
  private static String id() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1);
  }
}
