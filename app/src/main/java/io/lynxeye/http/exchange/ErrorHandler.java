package io.lynxeye.http.exchange;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responds to failed requests in the shape of their protocol; logs failures of the server. */
public final class ErrorHandler {

  private static final Logger log = LoggerFactory.getLogger(ErrorHandler.class);
  private static final int RAISED_HERE = 500;

  /** A response's body. */
  public record Body(String contentType, String text) {}

  private ErrorHandler() {}

  public static Body json(JsonObject json) {
    return new Body("application/json", json.encode());
  }

  /**
   * Failure handler for {@code {"code", "type", "message"}}: DJL Serving's form, and the form at
   * addresses that belong to no protocol.
   */
  public static void djl(RoutingContext ctx) {
    respond(ctx, ErrorHandler::djlBody);
  }

  /**
   * Failure handler for {@code {"error"}}: TensorFlow Serving's and the Open Inference Protocol's.
   */
  public static void error(RoutingContext ctx) {
    respond(ctx, error -> json(new JsonObject().put("error", error.message())));
  }

  public static Body djlBody(ErrorResponse error) {
    return json(
        new JsonObject()
            .put("code", error.status())
            .put("type", error.type())
            .put("message", error.message()));
  }

  /** Responds to a failed request, unless it has a response or its client has disconnected. */
  public static void respond(RoutingContext ctx, Function<ErrorResponse, Body> shape) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    ErrorResponse error = ErrorResponse.of(cause(ctx));
    Exchange.of(ctx).context().failed(error.outcome());
    if (error.status() == 500 || ctx.failure() instanceof Error) {
      log.atError()
          .addKeyValue("requestId", RequestIds.of(ctx))
          .addKeyValue("traceId", Exchange.of(ctx).context().call().trace().traceId())
          .setCause(ctx.failure())
          .log("a request failed");
    }
    if (Exchange.of(ctx).isBodyWithheld() || error.status() == 408) {
      if (ctx.request().version() != HttpVersion.HTTP_2) { // There each request has its own stream.
        ctx.response().putHeader("Connection", "close");
      }
      send(ctx.request(), error, shape).onComplete(sent -> Exchange.of(ctx).disconnect());
    } else {
      send(ctx.request(), error, shape);
    }
  }

  /** Vert.x reports its own failures as a status, or without one if it cannot read the path. */
  private static Throwable cause(RoutingContext ctx) {
    return switch (ctx.statusCode()) {
      case RAISED_HERE -> ctx.failure();
      case 404 -> HttpException.notFound();
      default -> HttpException.malformed();
    };
  }

  public static Future<Void> send(
      HttpServerRequest request, ErrorResponse error, Function<ErrorResponse, Body> shape) {
    Body body = shape.apply(error);
    HttpServerResponse response = request.response().setStatusCode(error.status());
    boolean isLast = request.version() != HttpVersion.HTTP_2 && request.decoderResult().isFailure();
    if (isLast) {
      response.putHeader("Connection", "close");
    }
    error
        .outcome()
        .retryAfterSeconds()
        .ifPresent(seconds -> response.putHeader("Retry-After", Integer.toString(seconds)));
    return Answer.send(request, body.contentType(), Buffer.buffer(body.text()));
  }
}
