package io.lynxeye.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The protection of the server that does not change while it runs.
 *
 * @param limits limits of a connection
 * @param tls TLS on all ports; empty = plain HTTP and gRPC
 * @param corsOrigins origins of web pages that may call the server from a browser, such as {@code
 *     https://pages.example}
 */
public record SecurityConfig(
    ConnectionLimits limits, Optional<TlsConfig> tls, List<String> corsOrigins) {

  /** Default limits, no TLS, no web pages of other origins. */
  public static final SecurityConfig DEFAULT =
      new SecurityConfig(ConnectionLimits.DEFAULT, Optional.empty(), List.of());

  /**
   * Checks the origins.
   *
   * @throws ConfigException with every problem
   */
  public SecurityConfig {
    corsOrigins = List.copyOf(corsOrigins);
    List<String> problems =
        corsOrigins.stream()
            .filter(origin -> !isOrigin(origin))
            .map(
                origin ->
                    "cors-origin " + origin + " is not an origin such as https://pages.example")
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Whether browsers send this origin: scheme, host, and the port unless it is the default one. */
  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      return text.matches("https?://[^/?#@]+")
          && uri.getHost() != null
          && text.equals(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
