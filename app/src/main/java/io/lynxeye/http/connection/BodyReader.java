package io.lynxeye.http.connection;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Reads a request's body into memory, for any Content-Type, within the body limit and the server's
 * admission limits. (Vert.x's own body handler parses {@code application/x-www-form-urlencoded},
 * which curl sends by default, as a form.)
 *
 * <p>While a body arrives, only its bytes count: a request is in flight from its last byte on, so
 * that slow uploads do not block other requests. {@link SlowBodyGuard} handles the rest of a body
 * that was refused.
 *
 * <p>A packed body ({@code Content-Encoding}) is unpacked as it arrives. Only what it unpacks to is
 * kept, and counts.
 */
public final class BodyReader implements Handler<RoutingContext> {

  private final long maxBytes;
  private final RequestLimiter requestLimiter;

  public BodyReader(long maxBytes, RequestLimiter requestLimiter) {
    this.maxBytes = maxBytes;
    this.requestLimiter = requestLimiter;
  }

  @Override
  public void handle(RoutingContext ctx) {
    RequestPermit permit = requestLimiter.acquire();
    Exchange.of(ctx).permit(permit);
    new Reading(ctx, permit).start();
  }

  /** One arriving body. Used on the connection's event loop only. */
  private final class Reading {

    private final RoutingContext ctx;
    private final RequestPermit permit;
    private Buffer body = Buffer.buffer();
    private Optional<Unpacker> unpacker = Optional.empty();
    private long received;

    Reading(RoutingContext ctx, RequestPermit permit) {
      this.ctx = ctx;
      this.permit = permit;
    }

    void start() {
      HttpServerRequest request = ctx.request();
      request.handler(this::received);
      request.endHandler(end -> ended());
      ContentEncoding encoding = ContentEncoding.of(ctx);
      if (encoding != ContentEncoding.IDENTITY) {
        unpacker = Optional.of(new Unpacker(encoding, this::unpacked));
        ctx.addEndHandler(answered -> unpacker.get().close());
      }
      if (declaredLength() > maxBytes) {
        refuse(HttpException.bodyTooLarge(maxBytes));
      } else {
        Exchange.of(ctx).continueBody();
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
      try {
        requireWithinLimit(received);
        if (unpacker.isPresent()) {
          unpacker.get().unpack(chunk.getBytes());
        } else {
          permit.hold(chunk.length());
          body.appendBuffer(chunk);
        }
      } catch (HttpException | RejectedException | OutOfMemoryError e) {
        refuse(e);
      }
    }

    private void unpacked(byte[] bytes, int length) {
      requireWithinLimit((long) body.length() + length);
      permit.hold(length);
      body.appendBytes(bytes, 0, length);
    }

    private void requireWithinLimit(long length) {
      if (length > maxBytes) {
        throw HttpException.bodyTooLarge(maxBytes);
      }
    }

    private void refuse(Throwable reason) {
      body = Buffer.buffer(); // The permit is closed with the response: free the bytes before.
      ctx.fail(reason);
    }

    private void ended() {
      if (ctx.failed()) {
        return;
      }
      try {
        unpacker.ifPresent(Unpacker::finish);
        permit.admit(1);
        Exchange.of(ctx).body(body.getBytes());
      } catch (HttpException | RejectedException | OutOfMemoryError e) { // No caller would respond.
        refuse(e);
        return;
      }
      body = Buffer.buffer();
      ctx.next();
    }
  }
}
