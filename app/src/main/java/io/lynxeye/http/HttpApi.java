package io.lynxeye.http;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.ScoringService;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * All addresses, in the order a request meets its handlers:
 *
 * <ol>
 *   <li>request id; from here on the request is observed
 *   <li>the body's deadline
 *   <li>health
 *   <li>per protocol: method, room at the model, admission and body, scoring, its own shape of
 *       failure
 *   <li>404 for the rest, in DJL's shape, like every failure outside a protocol
 * </ol>
 */
public final class HttpApi {

  private static final Duration BODY_DEADLINE = Duration.ofMinutes(2);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private HttpApi() {}

  /**
   * Makes servers with every handler in place, that do not listen yet. They share one router.
   *
   * @param statuses every version there is; asked on event loops
   * @param ready whether the server can score now; asked on event loops
   * @param listener told of every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      ServerConfig config,
      ScoringService scoring,
      Admission admission,
      ModelRegistry registry,
      Supplier<? extends Collection<ModelStatus>> statuses,
      BooleanSupplier ready,
      RequestListener listener) {
    Requests requests = new Requests(listener);
    BodyReader bodies = new BodyReader(config.maxBodyBytes(), admission);
    Router router = Router.router(vertx);
    requests.mount(router);
    router.route().handler(new BodyDeadline(BODY_DEADLINE)).handler(RequestIds::check);
    new Health(registry, ready).mount(router);
    new AzureProtocol(scoring, bodies).mount(router);
    new DjlProtocol(scoring, bodies).mount(router);
    BodyParsing parsing = new BodyParsing(vertx);
    new TensorFlowProtocol(scoring, bodies, parsing, statuses).mount(router);
    new OpenInferenceProtocol(scoring, bodies, parsing, registry, ready).mount(router);
    router
        .route()
        .handler(ctx -> ctx.fail(HttpProblem.notFound()))
        .failureHandler(DjlProtocol::fail);
    requests.mountUnreadable(router);
    HttpServerOptions options = options(config);
    return () -> server(vertx, options, router, requests);
  }

  static HttpServer server(
      Vertx vertx, HttpServerOptions options, Router router, Requests requests) {
    return vertx
        .createHttpServer(options)
        .requestHandler(
            request -> {
              RequestIds.put(request);
              router.handle(request);
            })
        .invalidRequestHandler(request -> refuse(request, requests));
  }

  /**
   * Limits on what a connection may do. HTTP/2 is off: clients that offer it, as Java's does, go on
   * with HTTP/1.1, and there is one set of connection rules to keep. Java's client also drops what
   * it waits for when a stopping server tells it to go away.
   */
  static HttpServerOptions limits() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHttp2ClearTextEnabled(false);
    options.setMaxHeaderSize(MAX_HEADER_BYTES);
    return options;
  }

  /** A connection is idle, too, while its picture waits to be scored. */
  static HttpServerOptions options(ServerConfig config) {
    return limits().setIdleTimeout(Math.toIntExact(IDLE.plus(config.requestTimeout()).toSeconds()));
  }

  /** Answers what the HTTP decoder could not read; Vert.x closes the connection after it. */
  private static void refuse(HttpServerRequest request, Requests requests) {
    RequestIds.put(request);
    Throwable cause = request.decoderResult().cause();
    HttpProblem problem = HttpProblem.malformed();
    if (cause instanceof TooLongHttpLineException) {
      problem = HttpProblem.addressTooLong();
    } else if (cause instanceof TooLongHttpHeaderException) {
      problem =
          HttpProblem.headerTooLarge(
              "the headers are larger than " + MAX_HEADER_BYTES + " bytes; send fewer");
    }
    Failures.send(request.response(), ErrorAnswer.of(problem), DjlProtocol::shape);
    requests.refused(request, problem.status());
  }
}
