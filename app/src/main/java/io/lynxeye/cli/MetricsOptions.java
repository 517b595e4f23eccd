package io.lynxeye.cli;

import io.lynxeye.Server;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.OptionalPort;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where who watches reaches a server: options of {@code serve}. */
final class MetricsOptions {

  private static final Logger log = LoggerFactory.getLogger(MetricsOptions.class);

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "A port with /metrics alone and without a key, at the address of --host; 0 = any free"
              + " one, -1 = none: then the administrators' port has it. Default: ${DEFAULT-VALUE}.",
      defaultValue = "-1")
  private int port;

  OptionalPort config(String host) throws Failure {
    try {
      return new OptionalPort("metrics-port", host, port);
    } catch (ConfigException e) {
      throw new Failure(e);
    }
  }

  /** Opens the port, if there is to be one. */
  void open(OptionalPort config, Server server, String scheme)
      throws Failure, InterruptedException {
    if (config.isOn()) {
      try {
        int actual = server.listenMetrics(config);
        log.info("metrics: {}/metrics", ServeCommand.address(scheme, config.host(), actual));
      } catch (IOException e) {
        throw new Failure(e);
      }
    }
  }
}
