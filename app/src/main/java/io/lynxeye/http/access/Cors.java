package io.lynxeye.http.access;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Allows web pages of the configured origins to call the server from a browser. Requests of other
 * origins are not refused, they only get no CORS headers: the server's own page has an origin too.
 */
public final class Cors implements Handler<RoutingContext> {

  private static final int PREFLIGHT_SECONDS = 600;

  private final Set<String> origins;
  private final CorsHandler allowed;

  private Cors(List<String> origins) {
    this.origins = Set.copyOf(origins);
    this.allowed =
        CorsHandler.create()
            .addOrigins(origins)
            .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST))
            .allowedHeaders(
                Set.of(
                    "authorization",
                    "content-encoding",
                    "content-type",
                    "inference-header-content-length",
                    "traceparent",
                    "x-api-key",
                    "x-model-version",
                    "x-request-id",
                    "x-request-timeout-ms"))
            .exposedHeaders(
                Set.of(
                    "inference-header-content-length",
                    "retry-after",
                    "www-authenticate",
                    "x-model-version",
                    "x-request-id"))
            .maxAgeSeconds(PREFLIGHT_SECONDS);
  }

  /** To be mounted before {@link Authentication}: a browser's preflight request has no key. */
  public static void mount(Router router, List<String> origins) {
    if (!origins.isEmpty()) {
      router.route().handler(new Cors(origins));
    }
  }

  @Override
  public void handle(RoutingContext ctx) {
    String origin = ctx.request().getHeader("Origin");
    if (origin != null && origins.contains(origin)) {
      allowed.handle(ctx);
    } else {
      ctx.response().putHeader("Vary", "origin"); // Not to be cached for these.
      ctx.next();
    }
  }
}
