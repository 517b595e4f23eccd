package io.lynxeye.cli;

import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the models are that a command is about. */
final class ModelsTarget {

  @Mixin private Places places;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The management port of a running server, such as http://127.0.0.1:8081; without it the"
              + " store is looked at.")
  private Optional<String> server;

  ModelShelf shelf() {
    return server
        .<ModelShelf>map(address -> new ServerShelf(new ManagementClient(address)))
        .orElseGet(() -> new StoreShelf(places));
  }
}
