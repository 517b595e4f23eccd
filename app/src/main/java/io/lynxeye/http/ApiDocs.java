package io.lynxeye.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * {@code /openapi.json}, which describes every route of the main port, and {@code /docs}, which
 * shows it in Swagger UI.
 */
public final class ApiDocs {

  private static final String JAR = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private final Asset document = Asset.read("/openapi.json");
  private final Asset page = Asset.read("/docs/index.html");
  private final Map<String, Asset> files;

  public ApiDocs() {
    String swagger = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    this.files =
        Map.of(
            "initializer.js", Asset.read("/docs/initializer.js"),
            "swagger-ui.css", Asset.read(swagger + "swagger-ui.css"),
            "swagger-ui-bundle.js", Asset.read(swagger + "swagger-ui-bundle.js"));
  }

  /** The version of Swagger UI, which is part of the paths of its files. */
  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream = ApiDocs.class.getResourceAsStream(JAR)) {
      if (stream == null) {
        throw new IllegalStateException("the program is incomplete: Swagger UI is missing");
      }
      properties.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  public void mount(Router router) {
    router.route("/openapi.json").handler(Methods.GET).handler(document::send);
    router.route("/docs").handler(Methods.GET).handler(this::page);
    router.route("/docs/:file").handler(Methods.GET).handler(this::file);
  }

  private void page(RoutingContext ctx) {
    BrowserRules.put(ctx.response());
    page.send(ctx);
  }

  private void file(RoutingContext ctx) {
    Asset asset = files.get(ctx.pathParam("file"));
    if (asset == null) {
      ctx.next();
    } else {
      asset.send(ctx);
    }
  }
}
