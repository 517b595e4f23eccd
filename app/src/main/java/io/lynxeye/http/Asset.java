package io.lynxeye.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * A file of the class path, as browsers are given it. It stays in memory, where a request finds it
 * without waiting for a disk. A browser asks each time whether its copy is still good: after an
 * upgrade, none shows a mixture.
 */
record Asset(String contentType, Buffer bytes, String etag) {

  private static final int ETAG_BYTES = 12;
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "jpg", "image/jpeg");

  /**
   * Reads it.
   *
   * @param resource its path on the class path
   * @throws IllegalStateException when it is not there: it belongs to the program
   */
  static Asset read(String resource) {
    try (InputStream stream = Asset.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the program is incomplete: " + resource + " is missing");
      }
      byte[] bytes = stream.readAllBytes();
      String ending = resource.substring(resource.lastIndexOf('.') + 1);
      return new Asset(TYPES.get(ending), Buffer.buffer(bytes), etag(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String etag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(Arrays.copyOf(digest, ETAG_BYTES)) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }

  /** Answers with it, or with 304 where the browser has it already. */
  void send(RoutingContext ctx) {
    ctx.response().putHeader("ETag", etag).putHeader("Cache-Control", "no-cache");
    String known = ctx.request().getHeader("If-None-Match");
    if (known != null && known.contains(etag)) {
      ctx.response().setStatusCode(304).end();
    } else {
      ctx.response().putHeader("Content-Type", contentType).end(bytes);
    }
  }
}
