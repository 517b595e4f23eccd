package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.TestServer;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.DecodePool;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The document tells of every address of the port, and of none that is not there. */
class OpenApiTest {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  @AutoClose private static final TestServer server = TestServer.ready();
  private static final Vertx vertx = Vertx.vertx();

  private final JsonObject document = new JsonObject(server.get("/openapi.json").body());

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static Router router() {
    ServerConfig config = TestServer.Settings.DEFAULT.config();
    ModelRegistry registry = new ModelRegistry();
    DecodePool decodes = DecodePool.perCore();
    decodes.shutdown(); // Nothing is scored here.
    ScoringService scoring =
        new ScoringService(
            registry, "fake", decodes, () -> 1, Duration.ofSeconds(1), NanoClock.SYSTEM);
    return HttpApi.router(
        vertx,
        config,
        scoring,
        new Admission(1, 1),
        registry,
        () -> true,
        new Requests(RequestListener.all(List.of())),
        () -> new ServerView(true, List.of(), List.of()));
  }

  private Stream<Map.Entry<String, JsonObject>> paths() {
    return document.getJsonObject("paths").stream()
        .map(path -> Map.entry(path.getKey(), (JsonObject) path.getValue()));
  }

  private Set<String> documented() {
    return paths()
        .flatMap(
            path ->
                path.getValue().fieldNames().stream()
                    .filter(METHODS::contains)
                    .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Routes for every address have no path. */
  private static Set<String> served() {
    return router().getRoutes().stream()
        .filter(route -> route.getPath() != null || route.isRegexPath())
        .map(OpenApiTest::template)
        .distinct()
        .flatMap(path -> methods(path).map(method -> method + " " + path))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String template(Route route) {
    String template =
        route.isRegexPath() && !route.getPath().contains("/:")
            ? route.getName()
            : route.getPath().replaceAll(":([A-Za-z]+)", "{$1}");
    assertThat(template).as("name this route by its path in OpenAPI's form").startsWith("/");
    return template;
  }

  /** What the running server itself says of an address. */
  private static Stream<String> methods(String template) {
    String path = template.replaceAll("\\{[^}]*}", "x");
    String allow =
        server
            .send(server.request(path).method("OPTIONS", BodyPublishers.noBody()))
            .headers()
            .firstValue("Allow")
            .orElse("nothing");
    return Stream.of(allow.split(", ")).filter(method -> !method.equals("HEAD"));
  }

  @Test
  void theDocumentHasTheAddressesThatTheRouterHas() {
    assertThat(documented()).isEqualTo(served());
    assertThat(documented()).contains("POST /predictions/{model}/{version}", "GET /stats");
  }

  @Test
  void theDocumentIsOfferedAsJson() {
    assertThat(server.get("/openapi.json").headers().firstValue("Content-Type"))
        .hasValue("application/json");
    assertThat(document.getString("openapi")).startsWith("3.1.");
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = references(document).toList();

    assertThat(references).hasSizeGreaterThan(20);
    assertThat(references).allSatisfy(reference -> assertThat(target(reference)).isNotNull());
  }

  private static Stream<String> references(Object value) {
    if (value instanceof JsonArray array) {
      return array.stream().flatMap(OpenApiTest::references);
    }
    if (value instanceof JsonObject object) {
      return object.stream()
          .flatMap(
              field ->
                  field.getKey().equals("$ref")
                      ? Stream.of((String) field.getValue())
                      : references(field.getValue()));
    }
    return Stream.empty();
  }

  private Object target(String reference) {
    assertThat(reference).startsWith("#/");
    Object target = document;
    for (String step : List.of(reference.substring(2).split("/", -1))) {
      target = ((JsonObject) target).getValue(step);
    }
    return target;
  }

  @Test
  void everyOperationHasANameOfItsOwnAndSaysWhatItIs() {
    List<JsonObject> operations =
        paths()
            .flatMap(path -> path.getValue().stream())
            .filter(field -> METHODS.contains(field.getKey()))
            .map(field -> (JsonObject) field.getValue())
            .toList();

    assertThat(operations.stream().map(o -> o.getString("operationId"))).doesNotHaveDuplicates();
    assertThat(operations)
        .allSatisfy(
            operation -> {
              assertThat(operation.getString("operationId")).isNotBlank();
              assertThat(operation.getString("summary")).isNotBlank();
              assertThat(operation.getJsonArray("tags")).hasSize(1);
              assertThat(operation.getJsonObject("responses")).isNotEmpty();
            });
  }

  @Test
  void everyPartOfAPathIsExplained() {
    assertThat(paths())
        .allSatisfy(
            path -> {
              long parts = path.getKey().chars().filter(c -> c == '{').count();
              JsonObject item = path.getValue();
              JsonArray parameters =
                  item.getJsonArray(
                      "parameters",
                      item.getJsonObject("get", new JsonObject())
                          .getJsonArray("parameters", new JsonArray()));
              assertThat((long) parameters.size()).isEqualTo(parts);
            });
  }

  /** A real answer has what the document requires, and nothing that it does not tell of. */
  @Test
  void statisticsAreAsTheDocumentHasThem() {
    JsonObject stats = new JsonObject(server.get("/stats").body());

    assertFits(stats, "Stats");
    assertFits(stats.getJsonArray("models").getJsonObject(0), "ModelStats");
    assertFits(stats.getJsonObject("live"), "LiveStats");
  }

  private void assertFits(JsonObject answer, String schemaName) {
    JsonObject schema = (JsonObject) target("#/components/schemas/" + schemaName);
    assertThat(schema.getJsonObject("properties").fieldNames()).containsAll(answer.fieldNames());
    assertThat(answer.fieldNames())
        .containsAll(
            schema.getJsonArray("required", new JsonArray()).stream()
                .map(String.class::cast)
                .toList());
  }
}
