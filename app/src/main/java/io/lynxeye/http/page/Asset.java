package io.lynxeye.http.page;

import static java.util.stream.Collectors.joining;

import io.lynxeye.http.exchange.Methods;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file from the class path that is sent to browsers. It is kept in memory, so that no event loop
 * waits for the disk. Browsers revalidate their copy on each use, so that they never mix files of
 * two versions after an upgrade.
 */
public record Asset(String contentType, Buffer bytes, String etag) {

  private static final int ETAG_BYTES = 12;

  /** Pages load from this server only, have no inline scripts or styles, and are never framed. */
  private static final String POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "img-src 'self' blob: data:",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'");

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
   * Reads a file.
   *
   * @param resource its path on the class path
   * @throws IllegalStateException when it is missing: it is part of the program
   */
  public static Asset read(String resource) {
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

  /** Mounts files below a folder. Requests for other files are passed on. */
  static void mount(Router router, String folder, Map<String, Asset> files) {
    router
        .route(folder + "/:file")
        .handler(Methods.GET)
        .handler(
            ctx ->
                Optional.ofNullable(files.get(ctx.pathParam("file")))
                    .ifPresentOrElse(asset -> asset.send(ctx), ctx::next));
  }

  /**
   * Responds with a page and its security policy.
   *
   * @param more directives of the page's own
   */
  void sendPage(RoutingContext ctx, String... more) {
    String policy = Stream.concat(Stream.of(POLICY), Stream.of(more)).collect(joining("; "));
    ctx.response()
        .putHeader("Content-Security-Policy", policy)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin");
    send(ctx);
  }

  /** Responds with the file, or with 304 if the browser has this version. */
  public void send(RoutingContext ctx) {
    ctx.response().putHeader("ETag", etag).putHeader("Cache-Control", "no-cache");
    String known = ctx.request().getHeader("If-None-Match");
    if (known != null && known.contains(etag)) {
      ctx.response().setStatusCode(304).end();
    } else {
      ctx.response().putHeader("Content-Type", contentType).end(bytes);
    }
  }
}
