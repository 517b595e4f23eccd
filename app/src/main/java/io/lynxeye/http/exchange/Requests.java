package io.lynxeye.http.exchange;

import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.TraceContext;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/**
 * Observes every request from its headers to its end and reports it to the listener once. Mounted
 * before all other handlers, so that it also observes what they refuse.
 */
public final class Requests {

  private static final int FIRST = -2; // Before every route in the order they are mounted in.
  private static final int SECOND = -1;

  private final RequestListener listener;

  public Requests(RequestListener listener) {
    this.listener = listener;
  }

  public void mount(Router router) {
    // Vert.x refuses some requests, such as one without a host, before it calls any handler.
    router.route().order(FIRST).handler(this::begin).failureHandler(this::begin);
    // A request whose path cannot be decoded matches no route.
    router.errorHandler(
        400,
        ctx -> {
          if (!Exchange.hasBegun(ctx)) {
            observe(ctx);
          }
          ErrorHandler.djl(ctx);
        });
  }

  /**
   * Counts POST requests to this route as scoring requests of a protocol, even if a later handler
   * refuses them. Requests with other methods are not counted.
   *
   * @param route without a handler; the protocol mounts one of its own at the same path
   */
  public static void scoring(Route route, String protocol) {
    route
        .method(HttpMethod.POST)
        .order(SECOND)
        .handler(
            ctx -> {
              Exchange.of(ctx).context().scoring(protocol);
              ServerTiming.announce(ctx);
              ctx.next();
            });
  }

  /** Reports a request that no handler will see. */
  public void refused(HttpServerRequest request, int status) {
    context(request).ended(status, 0);
  }

  private void begin(RoutingContext ctx) {
    if (!Exchange.hasBegun(ctx)) {
      observe(ctx);
    }
    ctx.next();
  }

  private void observe(RoutingContext ctx) {
    RequestContext context = context(ctx.request());
    Exchange.begin(ctx, context);
    ctx.addEndHandler(
        sent -> {
          long bytes = ctx.request().bytesRead();
          if (sent.succeeded()) {
            context.ended(ctx.response().getStatusCode(), bytes);
          } else {
            context.abandoned(bytes);
          }
        });
  }

  private RequestContext context(HttpServerRequest request) {
    Call call =
        new Call(
            request.method().name(),
            path(request),
            request.response().headers().get(RequestIds.HEADER),
            TraceContext.of(request.getHeader("traceparent"), request.getHeader("tracestate")),
            Instant.now());
    return new RequestContext(call, listener, NanoClock.SYSTEM);
  }

  /** Without the query: clients sometimes put keys there. */
  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "" : path;
  }
}
