package io.lynxeye.http;

import io.lynxeye.admission.RejectedException;
import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.admission.RequestLimiter.RequestPermit;
import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.scoring.ScoreRequest;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads a request's body into memory, whatever its Content-Type says, within the body limit and the
 * server's admission. (Vert.x's own body handler parses what curl sends by default, {@code
 * application/x-www-form-urlencoded}, as a form.)
 *
 * <p>Only bytes are held while a body arrives: a request has no place among those that are carried
 * before it is whole, so slow ones are in nobody's way. {@link BodyPace} sees to what is refused.
 */
final class BodyReader implements Handler<RoutingContext> {

  private static final String BODY = BodyReader.class.getName();
  private static final String PERMIT = BODY + ".permit";
  private static final String CONTINUED = BODY + ".continued";

  private final long maxBytes;
  private final RequestLimiter admission;

  BodyReader(long maxBytes, RequestLimiter admission) {
    this.maxBytes = maxBytes;
    this.admission = admission;
  }

  /** Hands over the body this handler read, once: it is held in memory no longer than needed. */
  static byte[] take(RoutingContext ctx) {
    return ctx.remove(BODY);
  }

  /**
   * Counts all pictures of a request whose body this handler read as in flight, and holds the bytes
   * of its tensors, which may be more than they were as text.
   *
   * @throws RejectedException {@code TOO_BUSY}
   */
  static void claim(RoutingContext ctx, ScoreRequest request) {
    RequestPermit permit = ctx.get(PERMIT);
    permit.admit(request.inputs().size());
    permit.hold(
        request.inputs().stream()
            .filter(ModelInput.Tensor.class::isInstance)
            .mapToLong(input -> (long) Float.BYTES * ((ModelInput.Tensor) input).values().length)
            .sum());
  }

  /**
   * Whether the connection cannot go on after this answer: the client was asked to wait for a 100
   * before it sends the body, so nobody knows whether the next bytes are that body or a request.
   */
  static boolean isWithheld(RoutingContext ctx) {
    return expectsContinue(ctx.request()) && ctx.get(CONTINUED) == null;
  }

  private static boolean expectsContinue(HttpServerRequest request) {
    return "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
  }

  @Override
  public void handle(RoutingContext ctx) {
    RequestPermit permit = admission.acquire();
    ctx.put(PERMIT, permit);
    ctx.addEndHandler(done -> permit.close());
    new Reading(ctx, permit).start();
  }

  /** One body on its way in. On the connection's event loop alone. */
  private final class Reading {

    private final RoutingContext ctx;
    private final RequestPermit permit;
    private Buffer body = Buffer.buffer();
    private long received;

    Reading(RoutingContext ctx, RequestPermit permit) {
      this.ctx = ctx;
      this.permit = permit;
    }

    void start() {
      HttpServerRequest request = ctx.request();
      request.handler(this::received);
      request.endHandler(end -> ended());
      if (declaredLength() > maxBytes) {
        refuse(HttpProblem.bodyTooLarge(maxBytes));
      } else if (expectsContinue(request)) {
        ctx.put(CONTINUED, true);
        ctx.response().writeContinue();
      }
    }

    private long declaredLength() {
      String length = ctx.request().getHeader("Content-Length");
      return length == null ? -1 : Long.parseLong(length); // The HTTP decoder has checked it.
    }

    private void received(Buffer chunk) {
      received += chunk.length();
      if (ctx.failed()) {
        return;
      }
      if (received > maxBytes) {
        refuse(HttpProblem.bodyTooLarge(maxBytes));
      } else {
        keep(chunk);
      }
    }

    private void keep(Buffer chunk) {
      try {
        permit.hold(chunk.length());
        body.appendBuffer(chunk);
      } catch (RejectedException | OutOfMemoryError e) {
        refuse(e);
      }
    }

    private void refuse(Throwable reason) {
      body = Buffer.buffer(); // Its bytes are given back with the answer, so they must be free.
      ctx.fail(reason);
    }

    private void ended() {
      if (ctx.failed()) {
        return;
      }
      try {
        permit.admit(1);
        ctx.put(BODY, body.getBytes());
      } catch (RejectedException | OutOfMemoryError e) { // Thrown on, nobody would answer it.
        refuse(e);
        return;
      }
      body = Buffer.buffer();
      ctx.next();
    }
  }
}
