package io.lynxeye.config;

import java.util.List;

/**
 * What protects the server and does not change while it runs.
 *
 * @param corsOrigins whose web pages may call the server from a browser, such as {@code
 *     https://pages.example}
 */
public record SecurityConfig(List<String> corsOrigins) {

  /** No web page of another origin. */
  public static final SecurityConfig DEFAULT = new SecurityConfig(List.of());

  public SecurityConfig {
    corsOrigins = List.copyOf(corsOrigins);
  }
}
