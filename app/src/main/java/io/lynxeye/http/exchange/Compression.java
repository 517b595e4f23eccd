package io.lynxeye.http.exchange;

import io.netty.handler.codec.compression.CompressionOptions;
import io.netty.handler.codec.compression.StandardCompressionOptions;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.zip.Deflater;

/**
 * Compresses responses for clients that accept gzip or deflate, where it is worth it: at least 1 KB
 * whose beginning shrinks. Files that are compressed already do not shrink, nor do most tensors of
 * floats. Vert.x compresses; without this decision it would compress everything over HTTP/2.
 */
public final class Compression {

  /** Below, a response with its headers is one packet of the network anyway. */
  static final int MIN_BYTES = 1024;

  /** Halves JSON like the higher levels, at a sixth of their time on the event loop. */
  private static final int LEVEL = 1;

  private static final int WINDOW_BITS = 15;
  private static final int MEMORY_LEVEL = 8;
  private static final int SAMPLE_BYTES = 4096;
  private static final double WORTH = 0.8;

  private static final String ENCODING = "Content-Encoding";
  private static final String ACCEPTED = "Accept-Encoding";

  /** Vert.x takes it as a request not to compress, and removes it. */
  private static final String NONE = "identity";

  private static final CompressionOptions[] OPTIONS = {
    StandardCompressionOptions.gzip(LEVEL, WINDOW_BITS, MEMORY_LEVEL),
    StandardCompressionOptions.deflate(LEVEL, WINDOW_BITS, MEMORY_LEVEL)
  };

  private static final Negotiation NEGOTIATION = new Negotiation();

  /** Netty's choice among the codings that a client accepts, which is also that of Vert.x. */
  private static final class Negotiation extends HttpContentCompressor {

    Negotiation() {
      super(OPTIONS);
    }

    Optional<String> choose(String accepted) {
      return Optional.ofNullable(determineEncoding(accepted));
    }
  }

  private Compression() {}

  /** Lets Vert.x compress the responses of a server. */
  public static void configure(HttpServerOptions options) {
    options.setCompressionSupported(true).setCompressionContentSizeThreshold(MIN_BYTES);
    for (CompressionOptions option : OPTIONS) {
      options.addCompressor(option);
    }
  }

  /** Prepares the response to a new request: over HTTP/2, Vert.x would compress even empty ones. */
  public static void begin(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().putHeader(ENCODING, NONE);
    }
  }

  /** Whether a client accepts gzip and prefers no other coding that can be made. */
  public static boolean isGzipAccepted(HttpServerRequest request) {
    return accepted(request).equals(Optional.of("gzip"));
  }

  private static Optional<String> accepted(HttpServerRequest request) {
    String codings = String.join(",", request.headers().getAll(ACCEPTED));
    return codings.isEmpty() ? Optional.empty() : NEGOTIATION.choose(codings);
  }

  /** Declares that a response depends on what encoding the client accepts. */
  public static void vary(HttpServerResponse response) {
    if (!response.headers().contains("Vary", ACCEPTED, true)) {
      response.headers().add("Vary", ACCEPTED);
    }
  }

  /**
   * Decides whether a response is compressed, and sets its headers. To be called before they are
   * sent; may be called again.
   *
   * @param beginning all of the body, or its first piece
   */
  public static boolean decide(HttpServerRequest request, Buffer beginning) {
    HttpServerResponse response = request.response();
    boolean isPacked = response.headers().contains(ENCODING) && !isRefused(response);
    if (isPacked) {
      return false;
    }
    if (beginning.length() < MIN_BYTES) {
      begin(request); // It may be an error in place of a body that was to be compressed.
      return false;
    }
    vary(response);
    Optional<String> coding = accepted(request);
    if (coding.isEmpty() || request.version() == HttpVersion.HTTP_1_0) { // Which has no chunks.
      return false;
    }
    boolean isWorthIt = isWorthIt(beginning);
    if (request.method().equals(HttpMethod.HEAD)) { // Vert.x compresses no body, so sets no header.
      if (isWorthIt) {
        response.putHeader(ENCODING, coding.get());
      }
    } else if (isWorthIt) {
      response.headers().remove(ENCODING);
    } else {
      response.putHeader(ENCODING, NONE);
    }
    return isWorthIt;
  }

  private static boolean isRefused(HttpServerResponse response) {
    return NONE.equals(response.headers().get(ENCODING));
  }

  /** Whether a body that begins with these bytes becomes clearly smaller. */
  public static boolean isWorthIt(Buffer beginning) {
    int length = Math.min(SAMPLE_BYTES, beginning.length());
    Deflater deflater = new Deflater(LEVEL, true);
    try {
      deflater.setInput(beginning.getBytes(0, length));
      deflater.finish();
      byte[] smaller = new byte[(int) (WORTH * length)];
      deflater.deflate(smaller);
      return deflater.finished();
    } finally {
      deflater.end();
    }
  }
}
