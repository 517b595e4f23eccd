package io.lynxeye.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What protects the server and does not change while it runs.
 *
 * @param limits what a connection may take
 * @param tls of all ports; empty = they speak in the clear
 * @param corsOrigins whose web pages may call the server from a browser, such as {@code
 *     https://pages.example}
 */
public record SecurityConfig(
    ConnectionLimits limits, Optional<TlsConfig> tls, List<String> corsOrigins) {

  /** The limits as they are, no TLS, no web page of another origin. */
  public static final SecurityConfig DEFAULT =
      new SecurityConfig(ConnectionLimits.DEFAULT, Optional.empty(), List.of());

  /**
   * Checks the origins.
   *
   * @throws ConfigException with every problem there is
   */
  public SecurityConfig {
    corsOrigins = List.copyOf(corsOrigins);
    List<String> problems =
        corsOrigins.stream()
            .filter(origin -> !isOrigin(origin))
            .map(origin -> "cors-origin " + origin + " is none; one is like https://pages.example")
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** As browsers send it: scheme, host and a port that is not the scheme's own. */
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
