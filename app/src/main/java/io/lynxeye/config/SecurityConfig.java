package io.lynxeye.config;

import java.util.List;

/**
 * What protects the server and does not change while it runs.
 *
 * @param limits what a connection may take
 * @param corsOrigins whose web pages may call the server from a browser, such as {@code
 *     https://pages.example}
 */
public record SecurityConfig(ConnectionLimits limits, List<String> corsOrigins) {

  /** The limits as they are, and no web page of another origin. */
  public static final SecurityConfig DEFAULT =
      new SecurityConfig(ConnectionLimits.DEFAULT, List.of());

  public SecurityConfig {
    corsOrigins = List.copyOf(corsOrigins);
  }
}
