package io.lynxeye.http.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** {@code GET /stats}: the data behind the page. */
class StatsTest {

  @AutoClose private final TestServer server = TestServer.listening(TestServer.Settings.DEFAULT);

  private JsonObject stats() {
    return new JsonObject(server.get("/stats").body());
  }

  private JsonObject model(String name) {
    return stats().getJsonArray("models").stream()
        .map(JsonObject.class::cast)
        .filter(model -> model.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aServerWithoutModelsIsNotReady() {
    assertThat(stats().getBoolean("ready")).isFalse();
    assertThat(stats().getJsonArray("models")).isEmpty();

    server.serve().join();
  }

  @Test
  void everyVersionIsListed() {
    server.serve().join();

    assertThat(stats().getBoolean("ready")).isTrue();
    JsonObject fake = model("fake");
    assertThat(fake.getString("version")).isEqualTo("1");
    assertThat(fake.getString("state")).isEqualTo("AVAILABLE");
    assertThat(fake.getBoolean("default")).isTrue();
    assertThat(fake.getString("engine")).isEqualTo("Fake 1.0");
    assertThat(fake.getString("device")).isEqualTo("cpu");
    assertThat(fake.getString("precision")).isEqualTo("fp32");
    assertThat(fake.getInteger("labels")).isEqualTo(10);
    assertThat(fake.getJsonArray("aliases")).isEmpty();
    assertThat(model("other-model").getJsonArray("aliases"))
        .isEqualTo(new JsonArray().add("stable"));
    assertThat(model("other-model").getBoolean("default")).isFalse();
  }

  @Test
  void aFailedModelIsListedWithoutInternals() {
    server.loader().fail("fake", 1, "its graph is cut short");

    server.serve().join();

    assertThat(stats().getBoolean("ready")).isFalse();
    assertThat(model("fake").getString("state")).isEqualTo("END");
    assertThat(model("fake").getString("reason"))
        .isEqualTo("it could not be loaded; the server's log has the cause");
  }

  @Test
  void thePastSecondsCountTheScoredImages() {
    server.serve().join();

    server.post("/predictions/fake", "7");

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> sum(stats().getJsonObject("live").getJsonArray("pictures")) == 1);
    JsonObject live = stats().getJsonObject("live");
    int second = live.getJsonArray("pictures").getList().indexOf(1);
    assertThat(live.getJsonArray("batchSize").getDouble(second)).isEqualTo(1);
    assertThat(live.getJsonArray("latencyP50Millis").getDouble(second)).isPositive();
    assertThat(live.getJsonArray("failed").getInteger(second)).isZero();
  }

  private static int sum(JsonArray column) {
    return column.stream().mapToInt(value -> ((Number) value).intValue()).sum();
  }

  @Test
  void theyAreNotCached() {
    assertThat(server.get("/stats").headers().firstValue("Cache-Control")).hasValue("no-store");

    server.serve().join();
  }
}
