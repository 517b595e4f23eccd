package io.lynxeye.cli;

import io.lynxeye.config.ConfigFolder;
import io.lynxeye.security.KeyFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the hashes of the keys are kept: an option that {@code serve} and {@code keys} share. */
final class KeyPlace {

  private final Map<String, String> environment;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description =
          "Where the keys are kept, as hashes. Default: $XDG_CONFIG_HOME/lynxeye/keys or"
              + " ~/.config/lynxeye/keys.")
  private Optional<Path> file;

  KeyPlace(Map<String, String> environment) {
    this.environment = environment;
  }

  KeyFile file() {
    return new KeyFile(
        file.orElseGet(
            () -> ConfigFolder.of(environment, System.getProperty("user.home")).resolve("keys")));
  }

  /** Whether the file was asked for; else it is used only if it is there. */
  boolean isNamed() {
    return file.isPresent();
  }
}
