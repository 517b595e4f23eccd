package io.lynxeye.http;

import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Credentials;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Asks for a key before anything that is mounted after it: no protocol has to remember to, and an
 * address that does not exist tells a stranger nothing. The refusal comes before the body is read,
 * and in the shape of the protocol whose address it is.
 */
final class Authentication implements Handler<RoutingContext> {

  private static final String CHALLENGE = "Bearer realm=\"lynxeye\"";

  private final Authenticator callers;

  private Authentication(Authenticator callers) {
    this.callers = callers;
  }

  /**
   * @param callers who is let in; empty = everybody
   */
  static void mount(Router router, Optional<Authenticator> callers) {
    callers.ifPresent(known -> router.route().handler(new Authentication(known)));
  }

  @Override
  public void handle(RoutingContext ctx) {
    boolean isKnown =
        new Credentials(
                ctx.request().getHeader("Authorization"), ctx.request().getHeader("x-api-key"))
            .areKnownTo(callers);
    if (isKnown) {
      ctx.next();
    } else {
      ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
      ctx.fail(HttpProblem.unauthorized());
    }
  }
}
