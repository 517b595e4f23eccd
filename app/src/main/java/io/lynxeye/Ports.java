package io.lynxeye;

import io.lynxeye.config.ManagementConfig;
import io.lynxeye.config.OptionalPort;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.grpc.GrpcListener;
import io.lynxeye.http.Backend;
import io.lynxeye.http.HttpApi;
import io.lynxeye.http.HttpListener;
import io.lynxeye.http.ManagementApi;
import io.lynxeye.http.MetricsApi;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.metrics.Metrics;
import io.lynxeye.scoring.LiveFigures;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The ports of a server: for HTTP, for gRPC, for administrators; and the event loops behind. */
final class Ports {

  private static final int ADMINISTRATORS = 2; // The second listener.
  private static final int WATCHERS = 3;
  private static final long SECOND_MILLIS = 1000;

  private final ServerConfig config;
  private final Protection protection;
  private final Metrics metrics;
  private final LiveFigures figures;
  private final RequestListener requests;
  private final Vertx vertx = Vertx.vertx();
  private final Tls tls;
  private final HttpListener http;
  private final GrpcListener grpc;
  private volatile Optional<HttpListener> management = Optional.empty();

  /** Makes the parts; nothing is open yet. */
  Ports(
      ServerConfig config,
      Protection protection,
      Backend backend,
      Metrics metrics,
      LiveFigures figures,
      RequestListener requests) {
    this.config = config;
    this.protection = protection;
    this.metrics = metrics;
    this.figures = figures;
    this.requests = requests;
    this.tls = new Tls(vertx, protection.config().tls());
    this.http =
        new HttpListener(vertx, HttpApi.servers(vertx, config, protection, tls, backend, requests));
    this.grpc =
        new GrpcListener(
            config,
            protection,
            tls,
            backend.scoring(),
            backend.admission(),
            backend.registry(),
            backend.ready(),
            requests,
            GrpcListener.UPLOAD);
  }

  /** Opens that for HTTP; see {@link Server#listen}. */
  int open() throws IOException, InterruptedException {
    tls.load();
    vertx.setPeriodic(SECOND_MILLIS, second -> figures.tick());
    int port = http.open(config.host(), config.port(), "--port and --host");
    http.follow(tls);
    protection.reloads().each(tls::reload).start();
    return port;
  }

  /** Opens that for gRPC; see {@link Server#listenGrpc}. */
  int open(OptionalPort address) throws IOException {
    return grpc.open(address.host(), address.port());
  }

  /** Opens that for administrators; see {@link Server#administer}. */
  int open(ManagementConfig address, ModelAdministration administration)
      throws IOException, InterruptedException {
    HttpListener port =
        new HttpListener(
            vertx,
            ManagementApi.servers(
                vertx, address.host(), protection, tls, administration, metrics::scrape, requests),
            ADMINISTRATORS);
    management = Optional.of(port);
    int actual =
        port.open(address.host(), address.port(), "--management-port and --management-host");
    port.follow(tls);
    return actual;
  }

  /** Opens that for who watches; see {@link Server#listenMetrics}. Closes with the event loops. */
  int openMetrics(OptionalPort address) throws IOException, InterruptedException {
    HttpListener port =
        new HttpListener(
            vertx, MetricsApi.servers(vertx, protection, tls, metrics::scrape, requests), WATCHERS);
    int actual = port.open(address.host(), address.port(), "--metrics-port");
    port.follow(tls);
    return actual;
  }

  /** Nobody administers any more. */
  void closeManagement(StopSequence steps) throws InterruptedException {
    protection.reloads().close();
    if (management.isPresent()) {
      var closing = management.get().shutdown(Duration.ZERO);
      steps.await("closing the management port", closing.toCompletionStage());
    }
  }

  /** Takes no more requests, and waits for the answers of those it has. */
  void drain(StopSequence steps) throws InterruptedException {
    var calls = grpc.shutdown(config.drainTimeout()); // At once with the other: one time for both.
    var requests = http.shutdown(config.drainTimeout());
    steps.await("closing connections", requests.toCompletionStage());
    steps.await("closing gRPC connections", calls);
  }

  /** The end of the event loops. */
  void close(StopSequence steps) throws InterruptedException {
    steps.await("closing event loops", vertx.close().toCompletionStage());
  }
}
