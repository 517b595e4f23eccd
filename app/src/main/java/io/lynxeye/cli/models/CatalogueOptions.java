package io.lynxeye.cli.models;

import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Selects the models that a command works on: those of a store or of a running server. */
public final class CatalogueOptions {

  private final Map<String, String> environment;

  @Mixin private StoreOptions store;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The management port of a running server, such as http://127.0.0.1:8081. Without it, the"
              + " command works on the store.")
  private Optional<String> server;

  @Option(
      names = "--admin-key-file",
      paramLabel = "FILE",
      description =
          "A file with an administrator's key of that server; or set the key itself in"
              + " LYNXEYE_ADMIN_KEY.")
  private Optional<Path> adminKeyFile;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "The same as --admin-key-file; or set LYNXEYE_API_KEY.")
  private Optional<Path> keyFile;

  @Option(
      names = "--server-ca",
      paramLabel = "FILE",
      description =
          "PEM: certificates to trust, if the JDK does not trust that server's certificate.")
  private Optional<Path> serverCa;

  public CatalogueOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  ModelCatalogue catalogue() throws Failure {
    return server.isPresent()
        ? new RemoteModels(new ManagementClient(server.get(), key(), serverCa))
        : new LocalModels(store);
  }

  /** Files before variables. */
  private Optional<String> key() throws Failure {
    Optional<Path> file = keyFile.or(() -> adminKeyFile);
    if (file.isEmpty()) {
      return Stream.of("LYNXEYE_ADMIN_KEY", "LYNXEYE_API_KEY")
          .map(variable -> environment.getOrDefault(variable, "").strip())
          .filter(key -> !key.isEmpty())
          .findFirst();
    }
    try {
      return Optional.of(Files.readString(file.get()).strip());
    } catch (IOException e) {
      throw new Failure("cannot read the key file " + file.get() + ": " + e);
    }
  }
}
