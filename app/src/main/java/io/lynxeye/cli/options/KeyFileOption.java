package io.lynxeye.cli.options;

import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.security.keys.KeyFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The file with the hashes of the keys: an option that several commands share. */
public final class KeyFileOption {

  private final Map<String, String> environment;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description =
          "The file that holds the hashes of the keys. Default: $XDG_CONFIG_HOME/lynxeye/keys or"
              + " ~/.config/lynxeye/keys.")
  private Optional<Path> file;

  public KeyFileOption(Map<String, String> environment) {
    this.environment = environment;
  }

  public KeyFile file() {
    return new KeyFile(
        file.orElseGet(
            () ->
                UserFolders.config(environment, System.getProperty("user.home")).resolve("keys")));
  }

  /** Whether the file was named; the default file is used only if it exists. */
  boolean isNamed() {
    return file.isPresent();
  }
}
