package io.lynxeye.http.page;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The web page: {@code /} when a browser requests it, and the files it loads, {@code /page/{file}}.
 * Other requests to {@code /} are probes and are passed on to the health check.
 */
public final class Page {

  private static final List<String> FILES =
      List.of(
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
          "rollout.js",
          "rollout.css",
          "server.js");
  private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final List<String> SAMPLES = List.of("lynx.jpg", "balloon.jpg", "wall_clock.jpg");

  /** Trusted Types: the page creates elements and never parses markup. */
  private static final String NO_MARKUP = "require-trusted-types-for 'script'";

  private static final String SENSORS = "camera=(self), microphone=(), geolocation=()";

  private final Asset page = Asset.read("/page/index.html");

  /** To be mounted before the health check, which shares {@code /}. */
  public void mount(Router router) {
    router.route("/").handler(this::root);
    Map<String, Asset> files =
        Stream.concat(
                FILES.stream().map(file -> Map.entry(file, Asset.read("/page/" + file))),
                SAMPLES.stream().map(file -> Map.entry(file, Asset.read("/samples/" + file))))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Asset.mount(router, "/page", files);
  }

  private void root(RoutingContext ctx) {
    ctx.response().headers().add("Vary", "Accept");
    if (READING.contains(ctx.request().method()) && acceptsHtml(ctx)) {
      ctx.response().putHeader("Permissions-Policy", SENSORS);
      page.sendPage(ctx, NO_MARKUP);
    } else {
      ctx.next();
    }
  }

  private static boolean acceptsHtml(RoutingContext ctx) {
    return ctx.parsedHeaders().accept().stream().anyMatch(Page::isHtml);
  }

  private static boolean isHtml(MIMEHeader type) {
    return type.component().equals("text")
        && type.subComponent().equals("html")
        && type.weight() > 0;
  }
}
