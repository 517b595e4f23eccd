package io.lynxeye.cli;

import io.lynxeye.config.CacheFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where things are: options that several commands share. */
final class Places {

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "The model store. Default: ${DEFAULT-VALUE}.",
      defaultValue = "model-store")
  private Path store;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "Unpacked native libraries and downloads. Default: $XDG_CACHE_HOME/lynxeye or"
              + " ~/.cache/lynxeye.")
  private Path cache;

  Path store() {
    return store;
  }

  Path cache() {
    return cache == null ? CacheFolder.ofThisUser() : cache;
  }
}
