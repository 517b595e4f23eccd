package io.lynxeye.cli.models;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Selects the models that a command works on: those of a store or of a running server. */
public final class CatalogueOptions {

  @Mixin private StoreOptions store;
  @Mixin private ServerOptions access;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The management port of a running server, such as http://127.0.0.1:8081. Without it, the"
              + " command works on the store.")
  private Optional<String> server;

  ModelCatalogue catalogue() throws Failure {
    return server.isPresent()
        ? new RemoteModels(access.client(server.get()))
        : new LocalModels(store);
  }
}
