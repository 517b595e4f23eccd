package io.lynxeye.http.connection;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Limits how slowly a body may arrive, so that clients that send a byte a minute cannot occupy
 * memory and connections. Also limits how much of a refused body is read and discarded, which lets
 * the client read the response.
 */
public final class SlowBodyGuard implements Handler<RoutingContext> {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long NANOS = Duration.ofSeconds(1).toNanos();

  private final ConnectionLimits limits;
  private final Duration deadline;
  private final long discardBytes;

  /**
   * @param deadline for the whole body
   * @param discardBytes how much is read of a body whose request has been answered
   */
  public SlowBodyGuard(ConnectionLimits limits, Duration deadline, long discardBytes) {
    this.limits = limits;
    this.deadline = deadline;
    this.discardBytes = discardBytes;
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (hasBody(ctx.request())) {
      new Arrival(ctx).watch();
    }
    ctx.next();
  }

  private static boolean hasBody(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 // Which need not announce it.
        || request.headers().contains("Content-Length")
        || request.headers().contains("Transfer-Encoding");
  }

  /** One arriving body. Used on the connection's event loop only. */
  private final class Arrival {

    private final RoutingContext ctx;
    private final HttpServerRequest request;
    private long timer;

    Arrival(RoutingContext ctx) {
      this.ctx = ctx;
      this.request = ctx.request();
    }

    void watch() {
      checkAfter(deadline.compareTo(limits.bodyGrace()) < 0 ? deadline : limits.bodyGrace());
      request.end().onComplete(ended -> ctx.vertx().cancelTimer(timer));
      ctx.addEndHandler(answered -> discard());
    }

    private void checkAfter(Duration time) {
      timer = ctx.vertx().setTimer(Math.max(1, time.toMillis()), expired -> check());
    }

    private void check() {
      long nanos = System.nanoTime() - Exchange.of(ctx).bodyStartNanos();
      if (nanos >= deadline.toNanos()) {
        tooSlow(HttpException.bodyTooSlow(deadline));
      } else if (request.bytesRead() < limits.bytesPerSecond() * (nanos / NANOS)) {
        tooSlow(HttpException.bodyTooSlow(limits.bytesPerSecond()));
      } else {
        checkAfter(INTERVAL);
      }
    }

    private void tooSlow(HttpException problem) {
      if (ctx.response().ended()) {
        Exchange.of(ctx).disconnect();
      } else {
        ctx.fail(problem);
      }
    }

    /**
     * Reads the rest of a body whose request has been answered, up to the limits. If it is
     * malformed, what follows it on the connection cannot be read.
     */
    private void discard() {
      if (!request.isEnded() && !ctx.response().closed()) {
        request
            .end()
            .onSuccess(
                ended -> {
                  if (request.decoderResult().isFailure()) {
                    Exchange.of(ctx).disconnect();
                  }
                });
        ctx.vertx().cancelTimer(timer);
        timer =
            ctx.vertx()
                .setTimer(limits.headTime().toMillis(), expired -> Exchange.of(ctx).disconnect());
        request.handler(
            chunk -> {
              if (request.bytesRead() > discardBytes) {
                Exchange.of(ctx).disconnect();
              }
            });
      }
    }
  }
}
