package io.lynxeye.cli.options;

import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.KeySource;
import io.lynxeye.security.keys.SecretKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The sources of valid API keys, which add up: options of {@code serve}. Plain-text keys come from
 * the environment or a file, never from the command line, which every user of the machine can read.
 */
public final class KeyOptions {

  private static final List<String> VARIABLES =
      List.of("LYNXEYE_PRIMARY_KEY", "LYNXEYE_SECONDARY_KEY");

  private final Map<String, String> environment;

  @Mixin private KeyFileOption option;

  @Option(
      names = "--primary-key-file",
      paramLabel = "FILE",
      description =
          "A file with one plain-text key, such as a mounted secret; or set the key itself in"
              + " LYNXEYE_PRIMARY_KEY.")
  private Optional<Path> primary;

  @Option(
      names = "--secondary-key-file",
      paramLabel = "FILE",
      description = "A second key, valid at the same time; or set LYNXEYE_SECONDARY_KEY.")
  private Optional<Path> secondary;

  public KeyOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Reads the keys of all sources; empty = no source is configured. */
  public Optional<ApiKeys> read() throws Failure {
    List<KeySource> sources = new ArrayList<>();
    KeyFile file = option.file();
    if (option.isNamed() || file.exists()) {
      sources.add(file);
    }
    Stream.of(primary, secondary)
        .flatMap(Optional::stream)
        .map(SecretKey::in)
        .forEach(sources::add);
    for (String variable : VARIABLES) {
      String key = environment.getOrDefault(variable, "");
      if (!key.isBlank()) {
        sources.add(SecretKey.of(variable, key));
      }
    }
    try {
      return sources.isEmpty() ? Optional.empty() : Optional.of(new ApiKeys(sources));
    } catch (IOException e) {
      throw Failure.misuse(e.getMessage());
    }
  }
}
