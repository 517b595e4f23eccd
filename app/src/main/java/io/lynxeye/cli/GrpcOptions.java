package io.lynxeye.cli;

import io.lynxeye.Server;
import io.lynxeye.config.ConfigException;
import io.lynxeye.config.OptionalPort;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where clients of gRPC reach a server: options of {@code serve}. */
final class GrpcOptions {

  private static final Logger log = LoggerFactory.getLogger(GrpcOptions.class);

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description =
          "The port of the Open Inference Protocol over gRPC, at the address of --host;"
              + " 0 = any free one, -1 = none. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8082")
  private int port;

  OptionalPort config(String host) throws Failure {
    try {
      return new OptionalPort("grpc-port", host, port);
    } catch (ConfigException e) {
      throw new Failure(e);
    }
  }

  /** Opens the port, if there is to be one. */
  void open(OptionalPort config, Server server) throws Failure {
    if (config.isOn()) {
      try {
        log.info("gRPC: {}", ServeCommand.place(config.host(), server.listenGrpc(config)));
      } catch (IOException e) {
        throw new Failure(e);
      }
    }
  }
}
