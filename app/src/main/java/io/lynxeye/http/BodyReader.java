package io.lynxeye.http;

import io.lynxeye.batching.RejectedException;
import io.lynxeye.scoring.Admission;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads a request's body into memory, whatever its Content-Type says, within the body limit and the
 * server's admission. (Vert.x's own body handler parses what curl sends by default, {@code
 * application/x-www-form-urlencoded}, as a form.)
 *
 * <p>A refused body is answered at once and read to its end unseen, so that the client gets to read
 * the answer; one that does not end costs its connection.
 */
final class BodyReader implements Handler<RoutingContext> {

  private static final String BODY = BodyReader.class.getName();
  private static final int DISCARD_LIMITS = 8;

  private final long maxBytes;
  private final Admission admission;

  BodyReader(long maxBytes, Admission admission) {
    this.maxBytes = maxBytes;
    this.admission = admission;
  }

  /** The body this handler read. */
  static byte[] body(RoutingContext ctx) {
    return ((Buffer) ctx.get(BODY)).getBytes();
  }

  @Override
  public void handle(RoutingContext ctx) {
    Admission.Token token = admission.admit();
    ctx.addEndHandler(done -> token.close());
    new Reading(ctx, token).start();
  }

  /** One body on its way in. On the connection's event loop alone. */
  private final class Reading {

    private final RoutingContext ctx;
    private final HttpServerRequest request;
    private final Admission.Token token;
    private final Buffer body = Buffer.buffer();
    private long received;
    private boolean refused;

    Reading(RoutingContext ctx, Admission.Token token) {
      this.ctx = ctx;
      this.request = ctx.request();
      this.token = token;
    }

    void start() {
      request.handler(this::received);
      request.endHandler(end -> ended());
      request.exceptionHandler(gone -> refused = true); // The end handler returns the token.
      if (declaredLength() > maxBytes) {
        refuse(HttpProblem.bodyTooLarge(maxBytes));
      } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
        ctx.response().writeContinue();
      }
    }

    private long declaredLength() {
      String length = request.getHeader("Content-Length");
      return length == null ? -1 : Long.parseLong(length); // The HTTP decoder has checked it.
    }

    private void received(Buffer chunk) {
      received += chunk.length();
      if (refused) {
        discard();
      } else if (received > maxBytes) {
        refuse(HttpProblem.bodyTooLarge(maxBytes));
      } else {
        keep(chunk);
      }
    }

    private void keep(Buffer chunk) {
      try {
        token.hold(chunk.length());
        body.appendBuffer(chunk);
      } catch (RejectedException e) {
        refuse(e);
      }
    }

    private void refuse(Throwable reason) {
      refused = true;
      ctx.fail(reason);
    }

    private void discard() {
      if (received > DISCARD_LIMITS * maxBytes) {
        request.connection().close();
      }
    }

    private void ended() {
      if (!refused) {
        ctx.put(BODY, body);
        ctx.next();
      }
    }
  }
}
