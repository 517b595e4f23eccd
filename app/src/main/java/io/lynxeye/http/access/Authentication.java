package io.lynxeye.http.access;

import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Credentials;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Requires a key for every route that is mounted after it. No protocol can forget to ask for one,
 * and a caller without a key does not learn which addresses exist. The refusal is sent before the
 * body is read, in the form of the protocol that owns the address.
 */
public final class Authentication implements Handler<RoutingContext> {

  private static final String CHALLENGE = "Bearer realm=\"lynxeye\"";

  private final Authenticator callers;

  private Authentication(Authenticator callers) {
    this.callers = callers;
  }

  /**
   * Mounts the check on every route.
   *
   * @param callers the valid keys and tokens; empty = no authentication
   */
  public static void mount(Router router, Optional<Authenticator> callers) {
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
      ctx.fail(HttpException.unauthorized());
    }
  }
}
