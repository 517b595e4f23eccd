package io.lynxeye.http;

import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Security headers of the server's own pages: load from this server only, no inline scripts or
 * styles, no display inside another page.
 */
final class BrowserRules {

  private static final List<String> POLICY =
      List.of(
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' blob: data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'");

  private BrowserRules() {}

  /**
   * Puts the headers into a response.
   *
   * @param more directives of the page's own
   */
  static void put(HttpServerResponse response, String... more) {
    String policy =
        Stream.concat(POLICY.stream(), Stream.of(more)).collect(Collectors.joining("; "));
    response
        .putHeader("Content-Security-Policy", policy)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin");
  }
}
