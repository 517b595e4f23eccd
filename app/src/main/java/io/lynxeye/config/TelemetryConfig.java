package io.lynxeye.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is told about requests, and where.
 *
 * @param logFormat of the log on standard error
 * @param accessLog whether every request has a line in it
 * @param otlpEndpoint where traces are sent, as OTLP over HTTP; empty = nowhere
 * @param collectTo the folder in which scored pictures are noted; empty = they are not
 * @param collectSample the share of pictures that are noted: more than 0, at most 1
 */
public record TelemetryConfig(
    LogFormat logFormat,
    boolean accessLog,
    Optional<URI> otlpEndpoint,
    Optional<Path> collectTo,
    double collectSample) {

  /**
   * @throws ConfigException with every problem there is
   */
  public TelemetryConfig {
    List<String> problems = new ArrayList<>();
    if (otlpEndpoint.isPresent() && !isHttp(otlpEndpoint.get())) {
      problems.add("otlp-endpoint is no http:// or https:// address; try http://localhost:4318");
    }
    if (!(collectSample > 0 && collectSample <= 1)) {
      problems.add("collect-sample " + collectSample + " is no share: more than 0, at most 1");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static boolean isHttp(URI address) {
    String scheme = address.getScheme();
    return ("http".equals(scheme) || "https".equals(scheme)) && address.getHost() != null;
  }
}
