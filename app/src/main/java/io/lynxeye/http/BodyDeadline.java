package io.lynxeye.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Bounds how long a body may take to arrive, refused ones included. Without it, a few clients that
 * send a byte a minute would hold every admission place for as long as they like.
 */
final class BodyDeadline implements Handler<RoutingContext> {

  private final Duration limit;

  BodyDeadline(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (hasBody(ctx.request())) {
      long timer = ctx.vertx().setTimer(limit.toMillis(), late -> passed(ctx));
      ctx.request().end().onComplete(ended -> ctx.vertx().cancelTimer(timer));
    }
    ctx.next();
  }

  private static boolean hasBody(HttpServerRequest request) {
    return request.headers().contains("Content-Length")
        || request.headers().contains("Transfer-Encoding");
  }

  private void passed(RoutingContext ctx) {
    if (ctx.response().ended()) {
      ctx.request().connection().close();
    } else {
      ctx.fail(HttpProblem.bodyTooSlow(limit));
    }
  }
}
