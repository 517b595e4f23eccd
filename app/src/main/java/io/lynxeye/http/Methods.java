package io.lynxeye.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/**
 * The method semantics of a scoring address: POST goes on, OPTIONS tells what is allowed, anything
 * else is refused.
 */
final class Methods implements Handler<RoutingContext> {

  @Override
  public void handle(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    if (method.equals(HttpMethod.POST)) {
      ctx.next();
      return;
    }
    ctx.response().putHeader("Allow", "POST");
    if (method.equals(HttpMethod.OPTIONS)) {
      ctx.response().setStatusCode(204).end();
    } else {
      ctx.fail(HttpProblem.methodNotAllowed(method.name() + " is not supported"));
    }
  }
}
