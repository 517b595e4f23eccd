package io.lynxeye.http;

import io.lynxeye.scoring.RequestId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Gives every answer an {@code x-request-id}: the caller's own, or a new one; and echoes Azure's
 * ids. Put in place before anything else looks at a request, so that every refusal has them too.
 */
final class RequestIds {

  static final String HEADER = "x-request-id";
  private static final List<String> ECHOED = List.of("x-ms-client-request-id", "x-ms-request-id");

  private RequestIds() {}

  /** Puts the ids into the answer's headers. */
  static void put(HttpServerRequest request) {
    String own = request.getHeader(HEADER);
    request.response().putHeader(HEADER, RequestId.of(own));
    for (String header : ECHOED) {
      String id = request.getHeader(header);
      if (RequestId.isFit(id)) {
        request.response().putHeader(header, id);
      }
    }
  }

  /** The router's first handler: a longer id is refused, not cut, as the caller relies on it. */
  static void check(RoutingContext ctx) {
    if (isTooLong(ctx, HEADER) || ECHOED.stream().anyMatch(header -> isTooLong(ctx, header))) {
      ctx.fail(
          HttpProblem.headerTooLarge(
              "a request id is longer than "
                  + RequestId.MAX_LENGTH
                  + " characters; send a shorter one"));
    } else {
      ctx.next();
    }
  }

  /** The id of this request's answer. */
  static String of(RoutingContext ctx) {
    return ctx.response().headers().get(HEADER);
  }

  private static boolean isTooLong(RoutingContext ctx, String header) {
    return RequestId.isTooLong(ctx.request().getHeader(header));
  }
}
