package io.lynxeye.http.connection;

import io.lynxeye.http.exchange.HttpException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks a body while it arrives, a small piece at a time, so that nothing is allocated for what
 * the receiver of the pieces then refuses. Native memory is held until {@link #close}. Used on the
 * connection's event loop only.
 */
final class Unpacker implements AutoCloseable {

  /** DEFLATE packs up to 1032 bytes into one; what clients send packs far less well. */
  static final int MAX_RATIO = 100;

  /** Up to this size, any ratio is accepted: a black image as a tensor packs as well as a bomb. */
  static final int RATIO_FREE_BYTES = 1 << 20;

  private static final int PIECE_BYTES = 16 * 1024;

  private final GzipMembers gzip;
  private final Receiver receiver;
  private final byte[] piece = new byte[PIECE_BYTES];
  private Inflater inflater;
  private int first = -1;
  private boolean ended;
  private long packed;
  private long unpacked;

  /** Takes unpacked bytes, which are overwritten after the call; throws to end the unpacking. */
  interface Receiver {
    void take(byte[] bytes, int length);
  }

  /**
   * @param encoding gzip or deflate
   */
  Unpacker(ContentEncoding encoding, Receiver receiver) {
    this.receiver = receiver;
    this.gzip = encoding == ContentEncoding.GZIP ? new GzipMembers() : null;
    this.inflater = encoding == ContentEncoding.GZIP ? new Inflater(true) : null;
  }

  /**
   * Unpacks what has arrived.
   *
   * @throws HttpException 400 when it cannot be unpacked, or unpacks to far more than it should
   */
  void unpack(byte[] chunk) {
    packed += chunk.length;
    try {
      if (gzip != null) {
        gunzip(chunk);
      } else {
        inflateAll(chunk);
      }
    } catch (DataFormatException e) {
      throw damaged();
    }
  }

  private void gunzip(byte[] chunk) throws DataFormatException {
    int at = 0;
    while (at < chunk.length) {
      if (!gzip.isInData()) {
        at = gzip.frame(chunk, at);
        continue;
      }
      at += inflate(chunk, at);
      if (inflater.finished()) {
        inflater.reset();
        gzip.dataEnded();
      }
    }
  }

  /** The first two bytes tell a zlib header from data without one. */
  private void inflateAll(byte[] chunk) throws DataFormatException {
    byte[] bytes = chunk;
    if (inflater == null) {
      if (first < 0 && chunk.length == 1) {
        first = chunk[0] & 0xff;
        return;
      }
      if (first >= 0 && chunk.length > 0) {
        bytes = new byte[chunk.length + 1];
        bytes[0] = (byte) first;
        System.arraycopy(chunk, 0, bytes, 1, chunk.length);
      }
      if (bytes.length == 0) {
        return;
      }
      inflater = new Inflater(!isZlib(bytes[0] & 0xff, bytes[1] & 0xff));
    }
    if ((ended && bytes.length > 0) || inflate(bytes, 0) < bytes.length) {
      throw new DataFormatException("there are bytes after the end");
    }
    ended = inflater.finished();
  }

  private static boolean isZlib(int method, int flags) {
    return (method & 0x0f) == 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 == 0;
  }

  /** Returns how many bytes were used: all, unless the data ends before. */
  private int inflate(byte[] bytes, int from) throws DataFormatException {
    inflater.setInput(bytes, from, bytes.length - from);
    while (true) {
      int length = inflater.inflate(piece);
      if (length > 0) {
        give(length);
      } else if (inflater.needsDictionary()) {
        throw new DataFormatException("it needs a dictionary");
      } else {
        return bytes.length - from - inflater.getRemaining();
      }
    }
  }

  private void give(int length) {
    unpacked += length;
    if (unpacked > Math.max(RATIO_FREE_BYTES, MAX_RATIO * packed)) {
      throw HttpException.badRequest(
          "the body unpacks to more than %d times its size; send it without Content-Encoding"
              .formatted(MAX_RATIO));
    }
    if (gzip != null) {
      gzip.unpacked(piece, length);
    }
    receiver.take(piece, length);
  }

  /**
   * To be called when all of the body has arrived. An empty body is as it is.
   *
   * @throws HttpException 400 when it is cut off
   */
  void finish() {
    boolean isWhole = gzip == null ? ended : gzip.isBetweenMembers();
    if (packed > 0 && !isWhole) {
      throw damaged();
    }
  }

  private static HttpException damaged() {
    return HttpException.badRequest(
        "the body cannot be unpacked: it is damaged, cut off, or not packed as its Content-Encoding"
            + " says; correct the header or send the body as it is");
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
