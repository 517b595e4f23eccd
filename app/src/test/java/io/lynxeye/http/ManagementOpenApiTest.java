package io.lynxeye.http;

import io.lynxeye.http.management.ManagementApi;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.server.TestManagement;
import io.lynxeye.serving.observation.RequestListener;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of the management port. */
class ManagementOpenApiTest extends OpenApiContract {

  private static final Vertx vertx = Vertx.vertx();

  @TempDir private Path store;
  @AutoClose private TestManagement management;

  @BeforeEach
  @Override
  protected void read() {
    management = new TestManagement(store);
    super.read();
  }

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Override
  protected String text() {
    return management.send("GET", "/openapi.json").body();
  }

  @Override
  protected Optional<String> allow(String path) {
    return management.send("OPTIONS", path).headers().firstValue("Allow");
  }

  @Override
  protected Router router() {
    return ManagementApi.servers(
            vertx,
            "127.0.0.1",
            Protection.none(),
            new Tls(vertx, Optional.empty()),
            management.administration(),
            () -> "",
            RequestListener.all(List.of()))
        .router();
  }

  @Test
  void aListMatchesItsSchema() {
    management.put("a", 1);

    JsonObject page = new JsonObject(management.send("GET", "/models").body());

    assertFits(page, "Page");
    assertFits(page.getJsonArray("models").getJsonObject(0), "Row");
  }
}
