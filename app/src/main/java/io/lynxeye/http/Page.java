package io.lynxeye.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page for people: {@code /} when a browser asks, and what it loads, {@code /page/{file}}. Who
 * asks {@code /} for anything else is a probe and goes on to {@link Health}.
 *
 * <p>The page comes whole from this server and may load nothing from anywhere else, nor run a word
 * of script that is not in its files.
 */
final class Page {

  private static final List<String> FILES =
      List.of(
          "index.html",
          "page.css",
          "favicon.svg",
          "theme.js",
          "page.js",
          "camera.js",
          "card.js",
          "charts.js",
          "dom.js",
          "intake.js",
          "line.js",
          "models.js",
          "server.js");
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final List<String> SAMPLES = List.of("lynx.jpg", "balloon.jpg", "wall_clock.jpg");

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
          "frame-ancestors 'none'",
          "require-trusted-types-for 'script'");

  private final Map<String, Asset> files =
      Stream.concat(
              FILES.stream().map(file -> Map.entry(file, Asset.read("/page/" + file))),
              SAMPLES.stream().map(file -> Map.entry(file, Asset.read("/samples/" + file))))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  /** To be mounted before {@link Health}. */
  void mount(Router router) {
    router.route("/").handler(this::root);
    router.route("/page/:file").handler(Methods.GET).handler(this::file);
  }

  private void root(RoutingContext ctx) {
    ctx.response().putHeader("Vary", "Accept");
    if (READING.contains(ctx.request().method()) && wantsPage(ctx)) {
      protect(ctx.response(), POLICY);
      ctx.response()
          .putHeader("Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
      files.get("index.html").send(ctx);
    } else {
      ctx.next();
    }
  }

  private static boolean wantsPage(RoutingContext ctx) {
    return ctx.parsedHeaders().accept().stream().anyMatch(Page::isHtml);
  }

  private static boolean isHtml(MIMEHeader type) {
    return type.component().equals("text")
        && type.subComponent().equals("html")
        && type.weight() > 0;
  }

  /** What a browser may do with a page of ours. */
  static void protect(HttpServerResponse response, String policy) {
    response
        .putHeader("Content-Security-Policy", policy)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin");
  }

  private void file(RoutingContext ctx) {
    Asset asset = files.get(ctx.pathParam("file"));
    if (asset == null || asset.contentType().startsWith("text/html")) {
      ctx.next(); // The page itself is at / alone, under its policy.
    } else {
      asset.send(ctx);
    }
  }
}
