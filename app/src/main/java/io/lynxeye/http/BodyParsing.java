package io.lynxeye.http;

import io.lynxeye.model.InvalidInputException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;

/**
 * Has bodies parsed on threads of their own, one per core: megabytes of JSON or base64 on an event
 * loop would hold up every other connection there.
 */
final class BodyParsing {

  /** Makes something of a body. */
  interface Parser<T> {
    T parse(byte[] body) throws InvalidInputException;
  }

  /** Goes on with it. */
  interface Next<T> {
    void accept(T parsed) throws InvalidInputException;
  }

  private final WorkerExecutor threads;

  BodyParsing(Vertx vertx) {
    this.threads =
        vertx.createSharedWorkerExecutor("parse", Runtime.getRuntime().availableProcessors());
  }

  /** Parses the body that was read, and goes on, on the request's event loop. */
  <T> void parse(RoutingContext ctx, Parser<T> parser, Next<T> next) {
    byte[] body = BodyReader.take(ctx);
    threads
        .executeBlocking(() -> parser.parse(body), false)
        .onComplete(parsed -> goOn(ctx, parsed, next), ctx::fail);
  }

  private static <T> void goOn(RoutingContext ctx, T parsed, Next<T> next) {
    if (ctx.response().closed()) {
      return; // The client has gone.
    }
    try {
      next.accept(parsed);
    } catch (InvalidInputException | RuntimeException | OutOfMemoryError e) {
      ctx.fail(e);
    }
  }
}
