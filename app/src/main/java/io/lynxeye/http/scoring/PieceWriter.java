package io.lynxeye.http.scoring;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.Compression;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a body in pieces, no faster than its client reads: a large body is never in memory as a
 * whole.
 */
final class PieceWriter {

  private static final Logger log = LoggerFactory.getLogger(PieceWriter.class);

  private static final int PIECES_PER_TURN = 8;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final Duration PACE_INTERVAL = Duration.ofSeconds(30);

  /** In each interval. */
  private static final long LEAST_BYTES = 128 * 1024;

  private final HttpServerResponse response;
  private final Iterator<Buffer> pieces;
  private long written;
  private long writtenBefore;

  private PieceWriter(HttpServerResponse response, Iterator<Buffer> pieces) {
    this.response = response;
    this.pieces = pieces;
  }

  /**
   * Sends the body and ends the response. A body of one piece gets a Content-Length.
   *
   * @param begun is called before the first of several pieces is sent: its client may take long
   */
  static void write(RoutingContext ctx, ScoredBody body, Runnable begun) {
    HttpServerResponse response = ctx.response();
    Iterator<Buffer> pieces = body.pieces();
    Buffer whole = pieces.next();
    boolean isCompressed = Compression.decide(ctx.request(), whole);
    Iterator<Buffer> rest = pieces;
    Buffer first = whole;
    if (!pieces.hasNext()) {
      if (!isCompressed || whole.length() <= PIECE_BYTES) {
        putHeaders(response, body);
        Answer.send(ctx.request(), whole);
        return;
      }
      rest = slices(whole);
      first = rest.next();
    }
    begun.run();
    putHeaders(response, body);
    response.setChunked(true).write(first);
    PieceWriter writer = new PieceWriter(response, rest);
    response.drainHandler(drained -> writer.goOn());
    Vertx vertx = Vertx.currentContext().owner();
    long timer = vertx.setPeriodic(PACE_INTERVAL.toMillis(), tick -> writer.checkPace());
    ctx.addEndHandler(ended -> vertx.cancelTimer(timer));
    writer.goOn();
  }

  private static void putHeaders(HttpServerResponse response, ScoredBody body) {
    response.putHeader("Content-Type", body.contentType());
    body.headers().forEach(response::putHeader);
  }

  /** No turn of the event loop compresses megabytes. */
  private static Iterator<Buffer> slices(Buffer whole) {
    int count = (whole.length() + PIECE_BYTES - 1) / PIECE_BYTES;
    return IntStream.range(0, count)
        .mapToObj(
            i -> whole.slice(i * PIECE_BYTES, Math.min(whole.length(), (i + 1) * PIECE_BYTES)))
        .iterator();
  }

  /** A client that hardly reads would hold the memory of its response for ever. */
  private void checkPace() {
    if (written - writtenBefore < LEAST_BYTES && !response.ended()) {
      log.info("a client reads its response too slowly: its connection is closed");
      response.reset();
    }
    writtenBefore = written;
  }

  private void goOn() {
    try {
      for (int i = 0; i < PIECES_PER_TURN; i++) {
        if (response.ended() || response.closed() || response.writeQueueFull()) {
          return; // The drain handler goes on.
        }
        if (!pieces.hasNext()) {
          response.end();
          return;
        }
        Buffer piece = pieces.next();
        written += piece.length();
        response.write(piece);
      }
      Vertx.currentContext().runOnContext(turn -> goOn()); // Other connections come first.
    } catch (RuntimeException | Error e) { // The status has been sent already.
      log.error("a response could not be completed", e);
      response.reset();
    }
  }
}
