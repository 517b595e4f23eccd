package io.lynxeye.server;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.grpc.GrpcEndpoint;
import io.lynxeye.http.Backend;
import io.lynxeye.http.HttpApi;
import io.lynxeye.http.connection.EventLoops;
import io.lynxeye.http.connection.HttpEndpoint;
import io.lynxeye.http.management.ManagementApi;
import io.lynxeye.http.management.MetricsApi;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.liveness.Liveness;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.observation.RecentStats;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The endpoints of a server, each with its port, and the event loops that serve them. */
final class Endpoints {

  private static final long SECOND_MILLIS = 1000;

  private final ServerConfig config;
  private final Protection protection;
  private final Backend backend;
  private final ModelAdministration administration;
  private final Metrics metrics;
  private final RecentStats figures;
  private final RequestListener requests;
  private final Vertx vertx = Vertx.vertx();
  private final Tls tls;
  private final GrpcEndpoint grpc;
  private final Map<Kind, HttpEndpoint> http = new ConcurrentHashMap<>();

  /** Opens nothing yet. */
  Endpoints(
      ServerConfig config,
      Protection protection,
      Backend backend,
      ModelAdministration administration,
      Metrics metrics,
      RecentStats figures,
      RequestListener requests) {
    this.config = config;
    this.protection = protection;
    this.backend = backend;
    this.administration = administration;
    this.metrics = metrics;
    this.figures = figures;
    this.requests = requests;
    this.tls = new Tls(vertx, protection.config().tls());
    this.grpc =
        new GrpcEndpoint(
            config,
            protection,
            tls,
            backend.scoring(),
            backend.requestLimiter(),
            backend.registry(),
            backend.repository(),
            () -> backend.view().get().statuses(),
            backend.health(),
            requests,
            GrpcEndpoint.UPLOAD);
  }

  /** Adds what serves the ports to the parts that the server needs. */
  void addTo(Liveness liveness) {
    liveness.needs("an event loop of HTTP", () -> EventLoops.areAlive(vertx));
    liveness.needs("an event loop of gRPC", grpc::isAlive);
    liveness.needs("the thread that reloads keys and certificates", protection.reloads()::isAlive);
  }

  /** Opens the HTTP endpoint, which comes first, and starts what runs periodically. */
  int start() throws IOException, InterruptedException {
    tls.load();
    vertx.setPeriodic(SECOND_MILLIS, second -> figures.tick());
    int port = open(new EndpointConfig(Kind.HTTP, config.host(), config.port()));
    protection.reloads().each(tls::reload).start();
    return port;
  }

  /**
   * Opens an endpoint; each kind at most once, and one after the other.
   *
   * @return the port, which matters if 0 was requested
   * @throws IOException when it cannot listen on the address, naming it
   */
  int open(EndpointConfig endpoint) throws IOException, InterruptedException {
    Kind kind = endpoint.kind();
    if (kind == Kind.GRPC) {
      return grpc.open(endpoint.host(), endpoint.port());
    }
    HttpEndpoint listener = new HttpEndpoint(vertx, servers(endpoint), http.size() + 1);
    http.put(kind, listener);
    int port = listener.open(endpoint.host(), endpoint.port(), kind.options());
    listener.follow(tls);
    return port;
  }

  private Supplier<HttpServer> servers(EndpointConfig endpoint) {
    Supplier<String> scrape = metrics::scrape;
    return switch (endpoint.kind()) {
      case HTTP -> HttpApi.servers(vertx, config, protection, tls, backend, requests);
      case METRICS -> MetricsApi.servers(vertx, protection, tls, scrape, requests);
      case MANAGEMENT ->
          ManagementApi.servers(
              vertx, endpoint.host(), protection, tls, administration, scrape, requests);
      case GRPC -> throw new IllegalArgumentException("gRPC is not served by Vert.x");
    };
  }

  /** Stops following files and closes the management endpoint. */
  void closeManagement(StopSequence steps) throws InterruptedException {
    protection.reloads().close();
    steps.await(
        "closing the management port",
        shutdown(Kind.MANAGEMENT, Duration.ZERO).toCompletionStage());
  }

  /**
   * Stops accepting requests and waits for the responses to those accepted. The metrics endpoint
   * stays open until {@link #close}.
   */
  void drain(StopSequence steps) throws InterruptedException {
    var calls = grpc.shutdown(config.drainTimeout()); // Both at once, as they share the time.
    var requests = shutdown(Kind.HTTP, config.drainTimeout());
    steps.await("closing connections", requests.toCompletionStage());
    steps.await("closing gRPC connections", calls);
  }

  private Future<?> shutdown(Kind kind, Duration atMost) {
    HttpEndpoint listener = http.get(kind);
    return listener == null ? Future.succeededFuture() : listener.shutdown(atMost);
  }

  /** Ends the event loops. */
  void close(StopSequence steps) throws InterruptedException {
    steps.await("closing event loops", vertx.close().toCompletionStage());
  }
}
