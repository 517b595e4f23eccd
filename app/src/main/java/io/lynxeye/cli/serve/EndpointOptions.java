package io.lynxeye.cli.serve;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.server.Server;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The addresses of the server: options of {@code serve}. */
final class EndpointOptions {

  private static final Logger log = LoggerFactory.getLogger(EndpointOptions.class);

  @Option(
      names = "--host",
      description = "The address to listen on. Default: ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  String host;

  @Option(
      names = "--port",
      description = "The HTTP port; 0 = any free one. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8080")
  int port;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description =
          "The port for the Open Inference Protocol over gRPC, on the address of --host; 0 = any"
              + " free one, -1 = none. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8082")
  private int grpcPort;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "A port that serves only /metrics, without authentication, on the address of --host; 0 ="
              + " any free one, -1 = none (the management port serves /metrics too). Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "-1")
  private int metricsPort;

  @Option(
      names = "--management-host",
      description =
          "The address of the management port. Its clients can run code on this machine. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "127.0.0.1")
  private String managementHost;

  @Option(
      names = "--management-port",
      paramLabel = "PORT",
      description =
          "The management port, for models and metrics; 0 = any free one, -1 = none. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "8081")
  private int managementPort;

  /**
   * Checks all addresses but that of HTTP, which {@link io.lynxeye.config.ServerConfig} checks.
   *
   * @throws io.lynxeye.config.ConfigException with every problem of an address
   */
  void check() {
    var unused = optional();
  }

  /** The endpoints other than HTTP that are on. */
  List<EndpointConfig> others() {
    return optional().stream().filter(EndpointConfig::isOn).toList();
  }

  private List<EndpointConfig> optional() {
    return List.of(
        new EndpointConfig(Kind.MANAGEMENT, managementHost, managementPort),
        new EndpointConfig(Kind.GRPC, host, grpcPort),
        new EndpointConfig(Kind.METRICS, host, metricsPort));
  }

  /** Opens the endpoints other than HTTP that are on, and logs their addresses. */
  void openOptional(Server server, String scheme) throws IOException, InterruptedException {
    for (EndpointConfig endpoint : optional()) {
      if (endpoint.isOn()) {
        String address = address(endpoint.host(), server.open(endpoint));
        switch (endpoint.kind()) {
          case GRPC -> log.info("gRPC: {}", address);
          case METRICS -> log.info("metrics: {}://{}/metrics", scheme, address);
          case MANAGEMENT -> log.info("management: {}://{}/models", scheme, address);
          case HTTP -> throw new IllegalStateException("HTTP is not optional");
        }
      }
    }
  }

  /** Host and port by which clients on this machine reach a server that listens on this address. */
  static String address(String host, int port) {
    String reachable =
        switch (host) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> host;
        };
    return (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
  }
}
