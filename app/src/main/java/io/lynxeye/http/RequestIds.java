package io.lynxeye.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/**
 * Gives every answer an {@code x-request-id}: the caller's own, or a new one. First in the order,
 * so that refusals have it too.
 */
final class RequestIds implements Handler<RoutingContext> {

  static final String HEADER = "x-request-id";

  private static final String CLIENT_HEADER = "x-ms-client-request-id";
  private static final int MAX_LENGTH = 100;

  @Override
  public void handle(RoutingContext ctx) {
    String id = ctx.request().getHeader(HEADER);
    String client = ctx.request().getHeader(CLIENT_HEADER);
    boolean tooLong = isTooLong(id) || isTooLong(client);
    String own = id == null || tooLong ? UUID.randomUUID().toString() : id;
    ctx.response().putHeader(HEADER, own);
    if (tooLong) {
      ctx.fail(
          HttpProblem.headerTooLarge(
              "a request id is longer than " + MAX_LENGTH + " characters; send a shorter one"));
      return;
    }
    if (client != null) {
      ctx.response().putHeader(CLIENT_HEADER, client);
    }
    ctx.next();
  }

  private static boolean isTooLong(String id) {
    return id != null && id.length() > MAX_LENGTH;
  }

  /** The id of this request's answer. */
  static String of(RoutingContext ctx) {
    return ctx.response().headers().get(HEADER);
  }
}
