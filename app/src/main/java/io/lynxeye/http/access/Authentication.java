package io.lynxeye.http.access;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Caller;
import io.lynxeye.security.Credentials;
import io.lynxeye.security.Refusal;
import io.lynxeye.security.Role;
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

  private final Authenticator known;
  private final Role needed;

  private Authentication(Authenticator known, Role needed) {
    this.known = known;
    this.needed = needed;
  }

  /**
   * Mounts the check on every route.
   *
   * @param known the valid keys and tokens; empty = no authentication
   * @param needed the role that every route needs
   */
  public static void mount(Router router, Optional<Authenticator> known, Role needed) {
    known.ifPresent(some -> router.route().handler(new Authentication(some, needed)));
  }

  @Override
  public void handle(RoutingContext ctx) {
    Optional<Caller> caller =
        new Credentials(
                ctx.request().getHeader("Authorization"), ctx.request().getHeader("x-api-key"))
            .caller(known);
    if (caller.isEmpty()) {
      ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
      ctx.fail(HttpException.unauthorized());
      return;
    }
    Exchange.of(ctx).caller(caller.get());
    if (needed == Role.ADMIN && !caller.get().isAdministrator()) {
      ctx.fail(HttpException.forbidden(Refusal.notAdministrator(known.hasAdministrators())));
    } else {
      ctx.next();
    }
  }
}
