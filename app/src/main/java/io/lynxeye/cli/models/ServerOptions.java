package io.lynxeye.cli.models;

import io.lynxeye.cli.options.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How a command reaches the management port of a running server. */
public final class ServerOptions {

  private final Map<String, String> environment;

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

  public ServerOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  ManagementClient client(String server) throws Failure {
    return new ManagementClient(server, key(), serverCa);
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
