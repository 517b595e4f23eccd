package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.http.page.ServerView;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.observation.ModelCounters;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.DecodePool;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoringService;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The document of the main port. */
class OpenApiTest extends OpenApiContract {

  @AutoClose private static final TestServer server = TestServer.ready();
  private static final Vertx vertx = Vertx.vertx();

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Override
  protected String text() {
    return server.get("/openapi.json").body();
  }

  @Override
  protected Optional<String> allow(String path) {
    return server
        .send(server.request(path).method("OPTIONS", BodyPublishers.noBody()))
        .headers()
        .firstValue("Allow");
  }

  @Override
  protected Router router() {
    ModelRegistry registry = new ModelRegistry();
    DecodePool decodes = DecodePool.perCore();
    decodes.shutdown(); // Nothing is scored here.
    ScoringService scoring =
        new ScoringService(
            new ModelResolver(registry, "fake"),
            decodes,
            () -> 1,
            TimeLimits.of(Duration.ofSeconds(1)),
            NanoClock.SYSTEM,
            ScoreListener.NONE);
    return HttpApi.servers(
            vertx,
            TestServer.Settings.DEFAULT.config(),
            Protection.none(),
            new Tls(vertx, Optional.empty()),
            new Backend(
                scoring,
                new RequestLimiter(1, 1),
                registry,
                new ModelRepository(scoring.models(), registry, new ModelCounters(), TreeMap::new),
                new Health(() -> true, () -> true),
                () -> new ServerView(true, List.of(), List.of(), List.of(), List.of())),
            RequestListener.all(List.of()))
        .router();
  }

  @Test
  void statisticsMatchTheirSchemas() {
    JsonObject stats = new JsonObject(server.get("/stats").body());

    assertFits(stats, "Stats");
    assertFits(stats.getJsonArray("models").getJsonObject(0), "ModelStats");
    assertFits(stats.getJsonObject("live"), "LiveStats");
  }

  @Test
  void responsesMatchTheirSchemas() {
    assertFits(new JsonObject(server.post("/score", "7").body()), "Scores");
    assertFits(new JsonObject(server.post("/score", "bad").body()), "AzureError");
    assertFits(new JsonObject(server.post("/predictions/none", "7").body()), "DjlError");
    assertThat(server.get("/openapi.json").headers().firstValue("Content-Type"))
        .hasValue("application/json");
  }
}
