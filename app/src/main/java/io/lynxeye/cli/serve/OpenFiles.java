package io.lynxeye.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limit of open files and connections of this process; the JVM raises it to the hard limit. A
 * server that reaches it can neither accept connections nor read its models.
 */
final class OpenFiles {

  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LINE = Pattern.compile("Max open files\\s+(\\d+).*");
  private static final int RESERVED = 256; // Jars, models, the other ports.

  private OpenFiles() {}

  /** The requested number of connections, or the largest that the limit allows. */
  static int within(int connections) {
    int limit = limit(LIMITS).orElse(Integer.MAX_VALUE);
    int most = Math.max(limit / 2, limit - RESERVED);
    if (connections <= most) {
      return connections;
    }
    log.warn(
        "at most {} connections: the limit of open files allows no more; raise it with ulimit -n",
        most);
    return most;
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
