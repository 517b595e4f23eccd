package io.lynxeye.http.exchange;

import io.lynxeye.serving.observation.RequestId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Gives every response an {@code x-request-id}, the caller's own or a new one, and echoes Azure's
 * ids. Mounted before all other handlers, so that every refusal has the ids too.
 */
public final class RequestIds {

  static final String HEADER = "x-request-id";
  private static final List<String> ECHOED = List.of("x-ms-client-request-id", "x-ms-request-id");

  private RequestIds() {}

  /** Puts the ids into the headers of the response. */
  public static void put(HttpServerRequest request) {
    String own = request.getHeader(HEADER);
    request.response().putHeader(HEADER, RequestId.of(own));
    for (String header : ECHOED) {
      String id = request.getHeader(header);
      if (RequestId.isFit(id)) {
        request.response().putHeader(header, id);
      }
    }
  }

  /** Refuses an id that is too long. It is not cut, because the caller relies on it. */
  public static void check(RoutingContext ctx) {
    if (isTooLong(ctx, HEADER) || ECHOED.stream().anyMatch(header -> isTooLong(ctx, header))) {
      ctx.fail(
          HttpException.headerTooLarge(
              "a request id is longer than "
                  + RequestId.MAX_LENGTH
                  + " characters; send a shorter one"));
    } else {
      ctx.next();
    }
  }

  /** The request id in the response. */
  public static String of(RoutingContext ctx) {
    return ctx.response().headers().get(HEADER);
  }

  private static boolean isTooLong(RoutingContext ctx, String header) {
    return RequestId.isTooLong(ctx.request().getHeader(header));
  }
}
