package io.lynxeye.http;

import io.lynxeye.model.InvalidInputException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;

/**
 * Parses bodies on worker threads, one per core: megabytes of JSON or base64 on an event loop would
 * block all of its other connections.
 */
public final class BodyParsing {

  /** Parses a body. */
  public interface Parser<T> {
    T parse(byte[] body) throws InvalidInputException;
  }

  private final WorkerExecutor threads;

  public BodyParsing(Vertx vertx) {
    this.threads =
        vertx.createSharedWorkerExecutor("parse", Runtime.getRuntime().availableProcessors());
  }

  /** Parses a request's body on a worker thread, then goes on on the request's event loop. */
  public <T> void parse(RoutingContext ctx, Parser<T> parser, Exchange.Next<T> next) {
    Exchange exchange = Exchange.of(ctx);
    byte[] body = exchange.takeBody();
    exchange.after(threads.executeBlocking(() -> parser.parse(body), false), next);
  }
}
