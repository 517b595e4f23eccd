package io.lynxeye.cli;

import io.lynxeye.Server;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.ManagementConfig;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where administrators reach a server: options of {@code serve}. */
final class ManagementOptions {

  private static final Logger log = LoggerFactory.getLogger(ManagementOptions.class);

  @Option(
      names = "--management-host",
      description =
          "The address of the administrators' port. Whoever reaches it can run code on this"
              + " machine. Default: ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  private String host;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "The administrators' port, for models and metrics; 0 = any free one, -1 = none."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "8081")
  private int port;

  ManagementConfig config() throws Failure {
    try {
      return new ManagementConfig(host, port);
    } catch (ConfigException e) {
      throw new Failure(e);
    }
  }

  /** Opens the port, if there is to be one. */
  void open(ManagementConfig config, Server server, Places places, String scheme)
      throws Failure, InterruptedException {
    if (config.isOn()) {
      try {
        int actual = server.administer(config, new StoreImports(places.store(), places.cache()));
        log.info(
            "administrators: {}", ServeCommand.address(scheme, config.host(), actual) + "/models");
      } catch (IOException e) {
        throw new Failure(e);
      }
    }
  }
}
