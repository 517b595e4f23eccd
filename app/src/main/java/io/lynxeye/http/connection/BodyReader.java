package io.lynxeye.http.connection;

import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a request's body into memory, for any Content-Type, within the body limit and the server's
 * admission limits. (Vert.x's own body handler parses {@code application/x-www-form-urlencoded},
 * which curl sends by default, as a form.)
 *
 * <p>A body is read once there is memory for it: until then the request is paused, and its bytes
 * stay in the client's socket, except for what Netty has buffered (in HTTP/2, up to a stream's
 * window). A client of HTTP/1.1 that disconnects meanwhile is not noticed until the wait ends.
 * While it arrives, only its bytes count: a request is in flight from its last byte on, so that
 * slow uploads do not block other requests. A body that arrives slowly loses what was reserved for
 * it and only keeps what has arrived. {@link SlowBodyGuard} handles the rest of a body that was
 * refused.
 *
 * <p>A packed body ({@code Content-Encoding}) is unpacked as it arrives. Only what it unpacks to is
 * kept, and counts.
 */
public final class BodyReader implements Handler<RoutingContext> {

  /** Reserved for a body of unknown length at first; if it is longer, as much as it may have. */
  private static final long UNKNOWN_BYTES = 64 * 1024;

  private static final long CHECK_MILLIS = 2000;

  /** A body may need this many times the time since the last check. */
  private static final int MAX_CHECKS = 8;

  private final long maxBytes;
  private final RequestLimiter requestLimiter;
  private final Duration maxWait;

  /**
   * @param maxWait how long a body may wait for memory
   */
  public BodyReader(long maxBytes, RequestLimiter requestLimiter, Duration maxWait) {
    this.maxBytes = maxBytes;
    this.requestLimiter = requestLimiter;
    this.maxWait = maxWait;
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
    private byte[] body = new byte[0];
    private int length;
    private Optional<Unpacker> unpacker = Optional.empty();
    private long received;
    private long receivedAtCheck;
    private long timer;

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
        return;
      }
      ctx.addEndHandler(answered -> ctx.vertx().cancelTimer(timer));
      long expected = declaredLength() < 0 ? Math.min(UNKNOWN_BYTES, maxBytes) : declaredLength();
      if (expected == 0 || reserve(expected, Exchange.of(ctx)::continueBody)) {
        watchPace();
        Exchange.of(ctx).continueBody();
      } else {
        holdBack();
      }
    }

    /** Returns whether the bytes are reserved already; otherwise goes on when they are. */
    private boolean reserve(long bytes, Runnable next) {
      Context loop = ctx.vertx().getOrCreateContext();
      return permit.reserve(
          Exchange.of(ctx).turn(), bytes, () -> loop.runOnContext(now -> resume(next)));
    }

    private void holdBack() {
      ctx.vertx().cancelTimer(timer);
      ctx.request().pause();
      Exchange.of(ctx).holdBack();
      long millis = Math.max(1, Exchange.of(ctx).waitLeft(maxWait).toMillis());
      timer = ctx.vertx().setTimer(millis, expired -> waitedTooLong());
    }

    private void waitedTooLong() {
      if (!ctx.failed()) {
        refuse(new RejectedException(RejectedException.Reason.TOO_BUSY));
        ctx.request().resume();
      }
    }

    private void resume(Runnable next) {
      if (!ctx.failed() && !ctx.response().closed()) {
        ctx.vertx().cancelTimer(timer);
        Exchange.of(ctx).readOn();
        watchPace();
        next.run();
        ctx.request().resume();
      }
    }

    private void watchPace() {
      ctx.vertx().cancelTimer(timer);
      timer = ctx.vertx().setPeriodic(CHECK_MILLIS, time -> checkPace());
    }

    private void checkPace() {
      permit.keepReserved(MAX_CHECKS * (received - receivedAtCheck));
      receivedAtCheck = received;
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
          makeRoom(chunk.length());
          chunk.getBytes(body, length);
          length += chunk.length();
          holdOrWait(chunk.length());
        }
      } catch (HttpException | RejectedException | OutOfMemoryError e) {
        refuse(e);
      }
    }

    /**
     * A body that needs more than was reserved, because its length is unknown or it was slow, waits
     * until all of the rest can be reserved. With less, such bodies would fill the memory with
     * parts and wait for each other.
     */
    private void holdOrWait(int more) {
      long left = (declaredLength() < 0 ? maxBytes : declaredLength()) - received;
      if (permit.isReserved(more) || reserve(left + more, () -> permit.hold(more))) {
        permit.hold(more);
      } else {
        holdBack();
      }
    }

    private void unpacked(byte[] bytes, int more) {
      requireWithinLimit((long) length + more);
      permit.hold(more);
      makeRoom(more);
      System.arraycopy(bytes, 0, body, length, more);
      length += more;
    }

    /** Doubles the array, up to the length that the client declared. */
    private void makeRoom(int more) {
      long needed = (long) length + more;
      if (needed > body.length) {
        long most = unpacker.isEmpty() && declaredLength() >= 0 ? declaredLength() : maxBytes;
        body = Arrays.copyOf(body, (int) Math.max(needed, Math.min(most, 2 * needed)));
      }
    }

    private void requireWithinLimit(long length) {
      if (length > maxBytes) {
        throw HttpException.bodyTooLarge(maxBytes);
      }
    }

    private void refuse(Throwable reason) {
      body = new byte[0]; // The permit is closed with the response: free the bytes before.
      length = 0;
      ctx.fail(reason);
    }

    private void ended() {
      if (ctx.failed()) {
        return;
      }
      try {
        ctx.vertx().cancelTimer(timer);
        if (ctx.request().decoderResult().isFailure()) {
          throw HttpException.malformedBody();
        }
        unpacker.ifPresent(Unpacker::finish);
        permit.keepReserved(0);
        permit.admit(1);
        Exchange.of(ctx).body(length == body.length ? body : Arrays.copyOf(body, length));
      } catch (HttpException | RejectedException | OutOfMemoryError e) { // No caller would respond.
        refuse(e);
        return;
      }
      body = new byte[0];
      ctx.next();
    }
  }
}
