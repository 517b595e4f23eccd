package io.lynxeye.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the models are that a command is about. */
final class ModelsTarget {

  private final Map<String, String> environment;

  @Mixin private Places places;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The management port of a running server, such as http://127.0.0.1:8081; without it the"
              + " store is looked at.")
  private Optional<String> server;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "A file with a key for that server; or the key itself in LYNXEYE_API_KEY.")
  private Optional<Path> keyFile;

  @Option(
      names = "--server-ca",
      paramLabel = "FILE",
      description = "PEM: certificates to trust, where that server's is none the JDK knows.")
  private Optional<Path> serverCa;

  ModelsTarget(Map<String, String> environment) {
    this.environment = environment;
  }

  ModelShelf shelf() throws Failure {
    if (server.isEmpty()) {
      return new StoreShelf(places);
    }
    Optional<SSLContext> trust =
        serverCa.isPresent() ? Optional.of(TrustedServer.of(serverCa.get())) : Optional.empty();
    return new ServerShelf(new ManagementClient(server.get(), key(), trust));
  }

  private Optional<String> key() throws Failure {
    if (keyFile.isEmpty()) {
      return Optional.ofNullable(environment.get("LYNXEYE_API_KEY"))
          .map(String::strip)
          .filter(key -> !key.isEmpty());
    }
    try {
      return Optional.of(Files.readString(keyFile.get()).strip());
    } catch (IOException e) {
      throw new Failure("--key-file " + keyFile.get() + " cannot be read: " + e);
    }
  }
}
