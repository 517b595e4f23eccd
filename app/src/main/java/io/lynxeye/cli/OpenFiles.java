package io.lynxeye.cli;

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
 * How many files and connections the system lets this process have open: the JVM raises its own
 * limit to the hard one. A server that runs out of them takes nobody in any more, and cannot read
 * its models either.
 */
final class OpenFiles {

  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LINE = Pattern.compile("Max open files\\s+(\\d+).*");
  private static final int OTHERS = 256; // Jars, models, the other port.

  private OpenFiles() {}

  /** As many connections as asked for, or as there can be. */
  static int within(int connections) {
    int limit = limit(LIMITS).orElse(Integer.MAX_VALUE);
    int most = Math.max(limit / 2, limit - OTHERS);
    if (connections <= most) {
      return connections;
    }
    log.warn(
        "{} connections at most: the system allows no more open files; raise it with ulimit -n",
        most);
    return most;
  }

  /** Of this process; empty where the system does not tell, or sets none. */
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
