package io.lynxeye.http;

import io.lynxeye.security.Authenticator;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks for a key before anything that is mounted after it: no protocol has to remember to, and an
 * address that does not exist tells a stranger nothing. The refusal comes before the body is read,
 * and in the shape of the protocol whose address it is.
 */
final class Authentication implements Handler<RoutingContext> {

  private static final String SCHEME = "Bearer ";
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
    // Each is asked, so that nothing can be told from which one was right.
    long admitted = credentials(ctx.request()).filter(callers::admits).count();
    if (admitted > 0) {
      ctx.next();
    } else {
      ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
      ctx.fail(HttpProblem.unauthorized());
    }
  }

  private static Stream<String> credentials(HttpServerRequest request) {
    return Stream.concat(
        Optional.ofNullable(request.getHeader("Authorization"))
            .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(header -> header.substring(SCHEME.length()).strip())
            .stream(),
        Optional.ofNullable(request.getHeader("x-api-key")).map(String::strip).stream());
  }
}
