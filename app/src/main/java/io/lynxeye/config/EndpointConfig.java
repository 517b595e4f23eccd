package io.lynxeye.config;

import java.util.ArrayList;
import java.util.List;

/**
 * The address of an endpoint of the server.
 *
 * @param kind what the endpoint is for
 * @param host the address to listen on
 * @param port the port; 0 = any free one, -1 = the server does not have this endpoint
 */
public record EndpointConfig(Kind kind, String host, int port) {

  /** What an endpoint is for, and the options that set its address. */
  public enum Kind {
    /** The scoring protocols over HTTP. */
    HTTP("host", "port"),
    /** The Open Inference Protocol over gRPC. */
    GRPC("host", "grpc-port"),
    /** Only metrics, without authentication. */
    METRICS("host", "metrics-port"),
    /** Models and metrics. Its clients can run code on this machine, as models may contain code. */
    MANAGEMENT("management-host", "management-port");

    private final String hostOption;
    private final String portOption;

    Kind(String hostOption, String portOption) {
      this.hostOption = hostOption;
      this.portOption = portOption;
    }

    /** The options that set the address, for messages. */
    public String options() {
      return "--" + portOption + " and --" + hostOption;
    }
  }

  /**
   * Checks the address.
   *
   * @throws ConfigException with every problem
   */
  public EndpointConfig {
    List<String> problems = new ArrayList<>();
    if (host.isBlank()) {
      problems.add(kind.hostOption + " is empty");
    }
    if (port < -1 || port > 65_535) {
      problems.add(kind.portOption + " " + port + " is not in -1..65535");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Whether the server has this endpoint. */
  public boolean isOn() {
    return port >= 0;
  }
}
