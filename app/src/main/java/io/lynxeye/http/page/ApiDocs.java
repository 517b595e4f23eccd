package io.lynxeye.http.page;

import io.lynxeye.http.exchange.Methods;
import io.vertx.ext.web.Router;
import java.util.Map;

/**
 * {@code /openapi.json}, which describes every route of the main port, and {@code /docs}, which
 * shows it in Swagger UI.
 */
public final class ApiDocs {

  private static final String JAR = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String VERSION = "version=";

  private ApiDocs() {}

  public static void mount(Router router) {
    router
        .route("/openapi.json")
        .handler(Methods.GET)
        .handler(ApiDocument.read("/openapi.json")::send);
    router.route("/docs").handler(Methods.GET).handler(Asset.read("/docs/index.html")::sendPage);
    String swagger = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    Asset.mount(
        router,
        "/docs",
        Map.of(
            "initializer.js", Asset.read("/docs/initializer.js"),
            "swagger-ui.css", Asset.read(swagger + "swagger-ui.css"),
            "swagger-ui-bundle.js", Asset.read(swagger + "swagger-ui-bundle.js")));
  }

  /** The version of Swagger UI, which is part of the paths of its files. */
  private static String version() {
    return Asset.read(JAR)
        .bytes()
        .toString()
        .lines()
        .filter(line -> line.startsWith(VERSION))
        .findFirst()
        .orElseThrow()
        .substring(VERSION.length());
  }
}
