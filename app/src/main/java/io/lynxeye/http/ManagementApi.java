package io.lynxeye.http;

import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The management port: DJL Serving's model management, the repository extension of the Open
 * Inference Protocol, and the metrics. A caller of this port can run code on this machine, because
 * models may contain code: bind it to the loopback interface.
 */
public final class ManagementApi {

  private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofHours(2); // The longest import.
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final int MAX_REQUESTS = 64;
  private static final int MAX_CONNECTIONS = 256;

  private ManagementApi() {}

  /**
   * Supplies servers with all routes mounted that do not listen yet. They share one router.
   *
   * @param host the address they will listen on
   * @param metrics in the Prometheus text format; called on event loops, takes milliseconds
   * @param listener receives every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      String host,
      Protection protection,
      Tls tls,
      ModelAdministration administration,
      Supplier<String> metrics,
      RequestListener listener) {
    HttpServerFactory factory = factory(vertx, host, protection, administration, metrics, listener);
    return () ->
        factory.server(
            tls.applyTo(
                HttpServerFactory.options().setIdleTimeout(Math.toIntExact(IDLE.toSeconds()))));
  }

  /** Mounts every route of the port; {@code management-openapi.json} describes the same routes. */
  static HttpServerFactory factory(
      Vertx vertx,
      String host,
      Protection protection,
      ModelAdministration administration,
      Supplier<String> metrics,
      RequestListener listener) {
    HttpServerFactory factory =
        new HttpServerFactory(
            vertx,
            protection.config().limits().with(MAX_CONNECTIONS),
            BODY_DEADLINE,
            MAX_REQUESTS * MAX_BODY_BYTES,
            listener);
    BodyReader bodies =
        new BodyReader(
            MAX_BODY_BYTES, new RequestLimiter(MAX_REQUESTS, (long) MAX_REQUESTS * MAX_BODY_BYTES));
    Router router = factory.router();
    router.route().handler(new AdministratorsOnly(host));
    Authentication.mount(router, protection.administrators());
    new DjlManagement(administration, bodies).mount(router);
    new RepositoryProtocol(administration, bodies).mount(router);
    MetricsApi.mount(router, metrics);
    router
        .route("/openapi.json")
        .handler(Methods.GET)
        .handler(Asset.read("/management-openapi.json")::send);
    HttpProblem notFound =
        HttpProblem.notFound(
            "there is nothing at this address; this port has /models, /v2/repository, /metrics, and"
                + " /openapi.json, which describes them");
    router.route().handler(ctx -> ctx.fail(notFound)).failureHandler(JsonErrors::djl);
    return factory;
  }
}
