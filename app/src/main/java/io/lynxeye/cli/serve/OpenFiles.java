package io.lynxeye.cli.serve;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.http.management.ManagementApi;
import io.lynxeye.http.management.MetricsApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of open files of this process, which the JVM raises to the hard limit. All ports share
 * it: a server that reaches it can neither accept connections nor read its models.
 */
final class OpenFiles {

  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LINE = Pattern.compile("Max open files\\s+(\\d+).*");
  private static final int RESERVED = 256; // Jars, models, logs.
  private static final int PER_CORE = 10; // Event loops of both protocols.

  private OpenFiles() {}

  /**
   * The requested number of connections per port, or the largest that the limit allows.
   *
   * @param ports the ports that will be open
   */
  static int within(int connections, Collection<EndpointConfig.Kind> ports) {
    int limit = limit(LIMITS).orElse(Integer.MAX_VALUE);
    int cores = Runtime.getRuntime().availableProcessors();
    int most = most(Math.max(limit / 2, limit - RESERVED - PER_CORE * cores), ports);
    if (connections <= most) {
      return connections;
    }
    log.warn(
        "at most {} connections per port instead of {}: the limit of open files, {}, allows no more; raise it with ulimit -n",
        most,
        connections,
        limit);
    return most;
  }

  /**
   * The largest number of connections per port that open no more files than these.
   *
   * @param files for the connections of all ports together
   */
  static int most(int files, Collection<EndpointConfig.Kind> ports) {
    int fewest = files / Math.max(1, ports.size());
    int others = 0;
    int scoring = 0;
    for (EndpointConfig.Kind port : ports) {
      switch (port) {
        case HTTP, GRPC -> scoring++;
        case MANAGEMENT -> others += Math.min(fewest, ManagementApi.MAX_CONNECTIONS);
        case METRICS -> others += Math.min(fewest, MetricsApi.MAX_CONNECTIONS);
      }
    }
    return Math.max(1, (files - others) / Math.max(1, scoring));
  }

  /** The limit of this process; empty if it is unlimited or unknown. */
  static OptionalInt limit(Path limits) {
    try (Stream<String> lines = Files.lines(limits)) {
      return lines
          .map(LINE::matcher)
          .filter(Matcher::matches)
          .mapToInt(line -> (int) Math.min(Integer.MAX_VALUE, Long.parseLong(line.group(1))))
          .findFirst();
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
