package io.lynxeye.aks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The environment variables of {@code lynxeye serve}, read from its sources. */
final class ServerOptions {

  private static final Path SOURCES = Path.of("..", "app/src/main/java/io/lynxeye");
  private static final Pattern OPTION = Pattern.compile("names = \"--([a-z0-9-]+)\"");
  private static final Pattern MIXIN = Pattern.compile("@Mixin private (\\w+) ");
  private static final Pattern LAUNCHER = Pattern.compile("^#   (LYNXEYE_\\w+)", Pattern.MULTILINE);

  private ServerOptions() {}

  static Set<String> variables() {
    Set<String> variables = new TreeSet<>();
    read("ServeCommand", variables);
    Matcher launcher = LAUNCHER.matcher(text(Path.of("..", "lynxeye")));
    launcher.results().forEach(found -> variables.add(found.group(1)));
    return variables;
  }

  /** The names of meters in Prometheus format. */
  static Set<String> meters() {
    Set<String> meters = new TreeSet<>();
    Pattern.compile("\"(lynxeye\\.[a-z.]+)\"")
        .matcher(text(SOURCES.resolve("telemetry/metrics/Meters.java")))
        .results()
        .forEach(found -> meters.add(found.group(1).replace('.', '_')));
    return meters;
  }

  private static void read(String type, Set<String> variables) {
    String source = text(find(type + ".java"));
    OPTION
        .matcher(source)
        .results()
        .forEach(
            found ->
                variables.add(
                    "LYNXEYE_" + found.group(1).replace('-', '_').toUpperCase(Locale.ROOT)));
    MIXIN.matcher(source).results().forEach(found -> read(found.group(1), variables));
  }

  private static Path find(String name) {
    try (Stream<Path> files = Files.walk(SOURCES.resolve("cli"))) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
