package io.lynxeye.config;

import java.util.List;

/**
 * Where clients of gRPC reach the server.
 *
 * @param host the address to listen on
 * @param port the port; 0 = any free one, -1 = none
 */
public record GrpcConfig(String host, int port) {

  /**
   * @throws ConfigException when there is no such port
   */
  public GrpcConfig {
    if (port < -1 || port > 65_535) {
      throw new ConfigException(List.of("grpc-port " + port + " is not in -1..65535"));
    }
  }

  /** Whether there is such a port at all. */
  public boolean isOn() {
    return port >= 0;
  }
}
