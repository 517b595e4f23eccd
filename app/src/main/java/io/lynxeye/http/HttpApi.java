package io.lynxeye.http;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/**
 * All addresses, in the order a request meets its handlers:
 *
 * <ol>
 *   <li>request id
 *   <li>health
 *   <li>per protocol: method, admission and body, scoring, its own shape of failure
 *   <li>404 for the rest
 * </ol>
 */
public final class HttpApi {

  private static final int IDLE_SECONDS = 120;
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private HttpApi() {}

  /** The server's options: limits on what a connection may do. */
  public static HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    options.setMaxHeaderSize(MAX_HEADER_BYTES);
    options.setIdleTimeout(IDLE_SECONDS);
    // HTTP/2 without TLS gains a scoring client nothing, and at a stop some clients (the JDK's own)
    // drop what they wait for when they are told to go away.
    options.setHttp2ClearTextEnabled(false);
    return options;
  }

  /**
   * The router with every handler mounted.
   *
   * @param ready whether the server can score now; asked on event loops
   */
  public static Router router(
      Vertx vertx,
      ServerConfig config,
      ScoringService scoring,
      Admission admission,
      ModelRegistry registry,
      BooleanSupplier ready) {
    BodyReader bodies = new BodyReader(config.maxBodyBytes(), admission);
    Router router = Router.router(vertx);
    router.route().handler(new RequestIds());
    new Health(registry, ready).mount(router);
    new AzureProtocol(scoring, bodies).mount(router);
    new DjlProtocol(scoring, bodies).mount(router);
    router.route().handler(HttpApi::notFound).failureHandler(DjlProtocol::fail);
    return router;
  }

  private static void notFound(RoutingContext ctx) {
    ctx.fail(
        HttpProblem.notFound(
            "there is nothing at this address; POST a picture to /score or /predictions/{model}"));
  }
}
