package io.lynxeye.http.exchange;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Accepts the methods that a route supports, responds to OPTIONS with their list, and refuses every
 * other method.
 */
public final class Methods implements Handler<RoutingContext> {

  /** The methods of a route that takes a body. */
  public static final Methods POST = new Methods(HttpMethod.POST);

  /** The methods of a route that returns a resource. */
  public static final Methods GET = new Methods(HttpMethod.GET, HttpMethod.HEAD);

  private final List<HttpMethod> supported;
  private final String allow;

  public Methods(HttpMethod... supported) {
    this.supported = List.of(supported);
    this.allow = this.supported.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpMethod method = ctx.request().method();
    if (supported.contains(method)) {
      ctx.next();
      return;
    }
    ctx.response().putHeader("Allow", allow);
    if (method.equals(HttpMethod.OPTIONS)) {
      Answer.empty(ctx, 204);
    } else {
      ctx.fail(HttpException.methodNotAllowed(method.name() + " is not supported"));
    }
  }
}
