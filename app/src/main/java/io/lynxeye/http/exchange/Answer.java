package io.lynxeye.http.exchange;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;

/**
 * Sends complete responses; no other class ends one, except for bodies in pieces. A HEAD request
 * gets the headers of the GET without the body, which Vert.x would send over HTTP/2.
 */
public final class Answer {

  public static final String JSON = "application/json";
  public static final String TEXT = "text/plain";

  private Answer() {}

  /** Sends a body of this type; the status is 200 unless it was set before. */
  public static Future<Void> send(HttpServerRequest request, String contentType, Buffer body) {
    request.response().putHeader("Content-Type", contentType);
    return send(request, body);
  }

  /** Sends a body whose Content-Type was set before. */
  public static Future<Void> send(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    boolean isCompressed = Compression.decide(request, body);
    if (!request.method().equals(HttpMethod.HEAD)) {
      return response.end(body);
    }
    if (!isCompressed) { // Otherwise the length is not known before.
      response.putHeader("Content-Length", Integer.toString(body.length()));
    }
    return response.end();
  }

  /** Sends a JSON object or array. */
  public static void json(RoutingContext ctx, Object json) {
    json(ctx, 200, json);
  }

  /** Sends a JSON object or array. */
  public static void json(RoutingContext ctx, int status, Object json) {
    ctx.response().setStatusCode(status);
    send(ctx.request(), JSON, Json.encodeToBuffer(json));
  }

  /** Sends a text. */
  public static void text(RoutingContext ctx, int status, String contentType, String text) {
    ctx.response().setStatusCode(status);
    send(ctx.request(), contentType, Buffer.buffer(text));
  }

  /** Sends a status without a body. */
  public static void empty(RoutingContext ctx, int status) {
    ctx.response().setStatusCode(status).end();
  }
}
