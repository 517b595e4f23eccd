package io.lynxeye.http;

import io.lynxeye.config.ConnectionLimits;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Bounds how slowly a body may arrive, and how much of one that is refused is waited for, so that
 * the client gets to read the answer. Without it, a few clients that send a byte a minute would
 * hold memory and connections for as long as they like.
 */
final class BodyPace implements Handler<RoutingContext> {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final long NANOS = Duration.ofSeconds(1).toNanos();

  private final ConnectionLimits limits;
  private final Duration deadline;
  private final long discardBytes;

  /**
   * @param deadline for all of the body
   * @param discardBytes most that is read of a body whose request has been answered
   */
  BodyPace(ConnectionLimits limits, Duration deadline, long discardBytes) {
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

  /** One body on its way in. On the connection's event loop alone. */
  private final class Arrival {

    private final RoutingContext ctx;
    private final HttpServerRequest request;
    private final long begun = System.nanoTime();
    private long timer;

    Arrival(RoutingContext ctx) {
      this.ctx = ctx;
      this.request = ctx.request();
    }

    void watch() {
      lookAfter(deadline.compareTo(limits.bodyGrace()) < 0 ? deadline : limits.bodyGrace());
      request.end().onComplete(ended -> ctx.vertx().cancelTimer(timer));
      ctx.addEndHandler(answered -> discard());
    }

    private void lookAfter(Duration time) {
      timer = ctx.vertx().setTimer(Math.max(1, time.toMillis()), passed -> look());
    }

    private void look() {
      long nanos = System.nanoTime() - begun;
      if (nanos >= deadline.toNanos()) {
        tooSlow(HttpProblem.bodyTooSlow(deadline));
      } else if (request.bytesRead() < limits.bytesPerSecond() * (nanos / NANOS)) {
        tooSlow(HttpProblem.bodyTooSlow(limits.bytesPerSecond()));
      } else {
        lookAfter(LOOK);
      }
    }

    private void tooSlow(HttpProblem problem) {
      if (ctx.response().ended()) {
        Exchange.of(ctx).disconnect();
      } else {
        ctx.fail(problem);
      }
    }

    /** What nobody will read any more is let pass, but not without end. */
    private void discard() {
      if (!request.isEnded() && !ctx.response().closed()) {
        ctx.vertx().cancelTimer(timer);
        timer =
            ctx.vertx()
                .setTimer(limits.headTime().toMillis(), passed -> Exchange.of(ctx).disconnect());
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
