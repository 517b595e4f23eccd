package io.lynxeye.http.page;

import static java.util.stream.Collectors.joining;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.Compression;
import io.lynxeye.http.exchange.Methods;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * A file from the class path that is sent to browsers. It is kept in memory, so that no event loop
 * waits for the disk. Browsers revalidate their copy on each use, so that they never mix files of
 * two versions after an upgrade.
 */
public final class Asset {

  private static final int ETAG_BYTES = 12;

  /** The tag is the same for the file and for its compressed form. */
  private static final String WEAK = "W/";

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

  private final String contentType;
  private final Buffer bytes;
  private final String etag;
  private final boolean isCompressible;
  private volatile Buffer gzip;

  private Asset(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = Buffer.buffer(bytes);
    this.etag = etag(bytes);
    this.isCompressible = Compression.isWorthIt(this.bytes);
  }

  /** A JSON document. */
  static Asset json(JsonObject document) {
    return new Asset(Answer.JSON, document.encode().getBytes(StandardCharsets.UTF_8));
  }

  /** The content. */
  Buffer bytes() {
    return bytes;
  }

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
      return new Asset(TYPES.get(ending), bytes);
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
    ctx.response().putHeader("ETag", WEAK + etag).putHeader("Cache-Control", "no-cache");
    if (isCompressible) {
      Compression.vary(ctx.response());
    }
    String known = ctx.request().getHeader("If-None-Match");
    if (known != null && known.contains(etag)) {
      Answer.empty(ctx, 304);
    } else if (isCompressible && Compression.isGzipAccepted(ctx.request())) {
      ctx.response().putHeader("Content-Encoding", "gzip");
      Answer.send(ctx.request(), contentType, gzip());
    } else {
      Answer.send(ctx.request(), contentType, bytes);
    }
  }

  /** The file as gzip, made once: clients without a key must not make the server compress it. */
  private Buffer gzip() {
    Buffer known = gzip;
    if (known == null) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
        stream.write(bytes.getBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      known = Buffer.buffer(packed.toByteArray());
      gzip = known;
    }
    return known;
  }
}
