package io.lynxeye.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a failure's answer in the shape of the caller's protocol; logs what is our own fault. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  private static final int RAISED_HERE = 500;

  /** An answer's body. */
  record Body(String contentType, String text) {}

  private Failures() {}

  static Body json(JsonObject json) {
    return new Body("application/json", json.encode());
  }

  /** {@code {"error": ...}}, as TensorFlow Serving and the Open Inference Protocol have it. */
  static Body error(ErrorAnswer error) {
    return json(new JsonObject().put("error", error.message()));
  }

  /** Answers a failed request, unless it has its answer or its client has gone. */
  static void answer(RoutingContext ctx, Function<ErrorAnswer, Body> shape) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    Throwable cause = cause(ctx);
    Requests.failed(ctx, cause);
    ErrorAnswer error = ErrorAnswer.of(cause);
    if (error.status() == 500 || ctx.failure() instanceof Error) {
      log.atError()
          .addKeyValue("requestId", RequestIds.of(ctx))
          .addKeyValue("traceId", Exchange.of(ctx).notes().call().trace().traceId())
          .setCause(ctx.failure())
          .log("a request failed");
    }
    if (Exchange.of(ctx).isBodyWithheld() || error.status() == 408) {
      if (ctx.request().version() != HttpVersion.HTTP_2) { // There each request has its own stream.
        ctx.response().putHeader("Connection", "close");
      }
      send(ctx.response(), error, shape).onComplete(sent -> Exchange.of(ctx).disconnect());
    } else {
      send(ctx.response(), error, shape);
    }
  }

  /** Vert.x's own refusals come as a status, or as none when it cannot read the path. */
  private static Throwable cause(RoutingContext ctx) {
    return switch (ctx.statusCode()) {
      case RAISED_HERE -> ctx.failure();
      case 404 -> HttpProblem.notFound();
      default -> HttpProblem.malformed();
    };
  }

  static Future<Void> send(
      HttpServerResponse response, ErrorAnswer error, Function<ErrorAnswer, Body> shape) {
    Body body = shape.apply(error);
    response.setStatusCode(error.status()).putHeader("Content-Type", body.contentType());
    error
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
    return response.end(body.text());
  }
}
