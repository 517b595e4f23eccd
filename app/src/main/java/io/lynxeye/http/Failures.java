package io.lynxeye.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a failure's answer in the shape of the caller's protocol; logs what is our own fault. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  /** An answer's body. */
  record Body(String contentType, String text) {}

  private Failures() {}

  static Body json(JsonObject json) {
    return new Body("application/json", json.encode());
  }

  static void answer(RoutingContext ctx, Function<ErrorAnswer, Body> shape) {
    Throwable failure = ctx.failure() == null ? HttpProblem.of(ctx.statusCode()) : ctx.failure();
    ErrorAnswer error = ErrorAnswer.of(failure);
    if (error.status() == 500) {
      log.error("request {} failed", RequestIds.of(ctx), failure);
    }
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    Body body = shape.apply(error);
    ctx.response().setStatusCode(error.status()).putHeader("Content-Type", body.contentType());
    error
        .retryAfterSeconds()
        .ifPresent(seconds -> ctx.response().putHeader("Retry-After", Integer.toString(seconds)));
    if (ctx.request().method().equals(HttpMethod.HEAD)) {
      ctx.response().end();
    } else {
      ctx.response().end(body.text());
    }
  }
}
