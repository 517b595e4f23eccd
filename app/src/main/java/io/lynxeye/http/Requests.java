package io.lynxeye.http;

import io.lynxeye.batching.NanoClock;
import io.lynxeye.scoring.Call;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.RequestNotes;
import io.lynxeye.scoring.TraceContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;

/**
 * Observes every request from its head to its end, and tells the listener once. In place before all
 * other handlers, so that what they refuse is observed too.
 */
final class Requests implements Handler<RoutingContext> {

  private static final String NOTES = Requests.class.getName();
  private static final int FIRST = -2; // Before every route in the order they are mounted in.
  private static final int SECOND = -1;

  private final RequestListener listener;

  Requests(RequestListener listener) {
    this.listener = listener;
  }

  void mount(Router router) {
    router.route().order(FIRST).handler(this).failureHandler(this::late);
  }

  /** What Vert.x refuses at once, such as a request without a host, meets no handler before. */
  private void late(RoutingContext ctx) {
    if (of(ctx) == null) {
      begin(ctx);
    }
    ctx.next();
  }

  /** A path that cannot be read matches no route: such requests are refused here. */
  void mountUnreadable(Router router) {
    router.errorHandler(
        400,
        ctx -> {
          if (of(ctx) == null) {
            begin(ctx);
          }
          DjlProtocol.fail(ctx);
        });
  }

  /**
   * What is posted to this route asks to score, in that protocol, whoever refuses it. Calls with
   * other methods do not.
   *
   * @param route without a handler; the protocol mounts one of its own at the same path
   */
  static void scoring(Route route, String protocol) {
    route
        .method(HttpMethod.POST)
        .order(SECOND)
        .handler(
            ctx -> {
              of(ctx).scoring(protocol);
              ServerTiming.announce(ctx);
              ctx.next();
            });
  }

  /** What is noted of this request. */
  static RequestNotes of(RoutingContext ctx) {
    return ctx.get(NOTES);
  }

  /** Tells of a request that no handler will ever see. */
  void refused(HttpServerRequest request, int status) {
    notes(request).ended(status, 0);
  }

  @Override
  public void handle(RoutingContext ctx) {
    begin(ctx);
    ctx.next();
  }

  private void begin(RoutingContext ctx) {
    RequestNotes notes = notes(ctx.request());
    ctx.put(NOTES, notes);
    ctx.addEndHandler(
        sent -> {
          long bytes = ctx.request().bytesRead();
          if (sent.succeeded()) {
            notes.ended(ctx.response().getStatusCode(), bytes);
          } else {
            notes.abandoned(bytes);
          }
        });
  }

  private RequestNotes notes(HttpServerRequest request) {
    Call call =
        new Call(
            request.method().name(),
            path(request),
            request.response().headers().get(RequestIds.HEADER),
            TraceContext.of(request.getHeader("traceparent"), request.getHeader("tracestate")),
            Instant.now());
    return new RequestNotes(call, listener, NanoClock.SYSTEM);
  }

  /** Never the query: keys have been seen there. */
  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "" : path;
  }
}
