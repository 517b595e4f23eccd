package io.lynxeye.http.management;

import io.lynxeye.http.access.AdministratorsOnly;
import io.lynxeye.http.access.Audit;
import io.lynxeye.http.access.Authentication;
import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.connection.HttpServerFactory;
import io.lynxeye.http.djl.DjlManagement;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.page.ApiDocument;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.observation.RequestListener;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The management port: DJL Serving's model management, rollouts, drift, the repository extension of
 * the Open Inference Protocol, and the metrics. A caller of this port can run code on this machine,
 * because models may contain code: bind it to the loopback interface.
 */
public final class ManagementApi {

  private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofHours(2); // The longest import.
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final int MAX_REQUESTS = 64;

  /** Connections to this port; fewer if the limit of open files allows fewer. */
  public static final int MAX_CONNECTIONS = 256;

  private static final Set<String> MONITORED = Set.of("/metrics", "/openapi.json");

  private ManagementApi() {}

  /**
   * Mounts every route of the port; {@code management-openapi.json} describes the same routes.
   *
   * @param host the address that the port will listen on
   * @param metrics in the Prometheus text format; called on event loops, takes milliseconds
   * @param listener receives every request
   */
  public static HttpServerFactory servers(
      Vertx vertx,
      String host,
      Protection protection,
      Tls tls,
      ModelAdministration administration,
      Supplier<String> metrics,
      RequestListener listener) {
    HttpServerFactory.Limits limits =
        new HttpServerFactory.Limits(
            protection.config().limits().atMost(MAX_CONNECTIONS),
            IDLE,
            BODY_DEADLINE,
            MAX_REQUESTS * MAX_BODY_BYTES);
    HttpServerFactory servers = new HttpServerFactory(vertx, tls, limits, listener);
    BodyReader bodies =
        new BodyReader(
            MAX_BODY_BYTES,
            new RequestLimiter(MAX_REQUESTS, (long) MAX_REQUESTS * MAX_BODY_BYTES),
            IDLE);
    Router router = servers.router();
    Audit.mount(router, "management", protection.audit(), ManagementApi::isAudited);
    router.route().handler(new AdministratorsOnly(host));
    Authentication.mount(router, protection.administrators(), Role.ADMIN);
    new RolloutApi(administration, bodies).mount(router);
    new DriftApi(administration, bodies).mount(router);
    new DjlManagement(administration, bodies).mount(router);
    new RepositoryProtocol(administration, bodies).mount(router);
    router
        .route("/openapi.json")
        .handler(Methods.GET)
        .handler(ApiDocument.read("/management-openapi.json")::send);
    MetricsApi.mount(
        router,
        metrics,
        "this port has /models, /v2/repository, /metrics, and /openapi.json, which describes them");
    return servers;
  }

  /** Monitoring would fill the audit log; where it is refused, the log has it too. */
  private static boolean isAudited(RoutingContext ctx) {
    return !MONITORED.contains(String.valueOf(ctx.request().path()))
        || ctx.response().getStatusCode() >= 400;
  }
}
