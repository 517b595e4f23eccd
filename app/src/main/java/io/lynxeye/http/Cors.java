package io.lynxeye.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/**
 * Lets the pages of some origins call the server from a browser. Others are not refused, only not
 * told that they may: a page of our own has an origin too.
 */
final class Cors implements Handler<RoutingContext> {

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
                    "content-type",
                    "inference-header-content-length",
                    "traceparent",
                    "x-api-key",
                    "x-request-id",
                    "x-request-timeout-ms"))
            .exposedHeaders(
                Set.of(
                    "inference-header-content-length",
                    "retry-after",
                    "www-authenticate",
                    "x-request-id"))
            .maxAgeSeconds(PREFLIGHT_SECONDS);
  }

  /** Before the key is asked for: a browser's preflight has none. */
  static void mount(Router router, List<String> origins) {
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
      ctx.response().putHeader("Vary", "origin"); // The answer to others is not for these.
      ctx.next();
    }
  }
}
