package io.lynxeye.http.exchange;

import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The prefix of the paths that clients see, when a proxy adds one and says so in {@code
 * X-Forwarded-Prefix}. Only documents that must name absolute paths need it. Any client can send
 * the header, so it selects nothing but what this client gets.
 */
public final class ForwardedPrefix {

  private static final String HEADER = "X-Forwarded-Prefix";
  private static final int MAX_LENGTH = 200;
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  private ForwardedPrefix() {}

  /**
   * The prefix, such as {@code /lynxeye}; several proxies add their prefixes in order. Empty
   * without the header, and if it is long or holds anything but plain paths.
   */
  public static String of(HttpServerRequest request) {
    String all = String.join(",", request.headers().getAll(HEADER));
    if (all.length() > MAX_LENGTH) { // The patterns take time that grows with its square.
      return "";
    }
    String prefix =
        Stream.of(all.split(","))
            .map(part -> part.strip().replaceFirst("/+$", ""))
            .collect(Collectors.joining());
    return PATH.matcher(prefix).matches() ? prefix : "";
  }

  /** Declares that a response depends on the prefix. */
  public static void vary(HttpServerRequest request) {
    request.response().headers().add("Vary", HEADER);
  }
}
