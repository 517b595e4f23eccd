package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An OpenAPI document describes exactly the routes of its port. */
public abstract class OpenApiContract {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

  private JsonObject document;

  /** The router of the port. */
  protected abstract Router router();

  /** The methods that the running server reports for an address. */
  protected abstract Optional<String> allow(String path);

  /** The document of the running server at {@code /openapi.json}. */
  protected abstract String text();

  @BeforeEach
  protected void read() {
    document = new JsonObject(text());
  }

  private Stream<Map.Entry<String, JsonObject>> paths() {
    return document.getJsonObject("paths").stream()
        .map(path -> Map.entry(path.getKey(), (JsonObject) path.getValue()));
  }

  private static Stream<JsonObject> operations(JsonObject item) {
    return item.stream()
        .filter(field -> METHODS.contains(field.getKey()))
        .map(field -> (JsonObject) field.getValue());
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

  /** Routes that match every address have no path. */
  private Set<String> served() {
    return router().getRoutes().stream()
        .filter(route -> route.getPath() != null || route.isRegexPath())
        .map(OpenApiContract::template)
        .distinct()
        .flatMap(path -> methods(path).map(method -> method + " " + path))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String template(Route route) {
    String template =
        route.getPath() == null
            ? route.getName() // Its pattern is not a path.
            : route.getPath().replaceAll(":([A-Za-z]+)", "{$1}");
    assertThat(template).as("name this route by its path in OpenAPI's form").startsWith("/");
    return template;
  }

  private Stream<String> methods(String template) {
    String allowed = allow(template.replaceAll("\\{[^}]*}", "x")).orElse("nothing");
    return Pattern.compile(", ").splitAsStream(allowed).filter(method -> !method.equals("HEAD"));
  }

  @Test
  void theDocumentHasTheRoutesOfTheRouter() {
    assertThat(documented()).isEqualTo(served());
    assertThat(documented()).contains("GET /openapi.json");
  }

  @Test
  void theDocumentIsOpenApi31() {
    assertThat(document.getString("openapi")).startsWith("3.1.");
  }

  @Test
  void everyReferenceHasATarget() {
    List<String> references = references(document).toList();

    assertThat(references).hasSizeGreaterThan(20);
    assertThat(references).allSatisfy(reference -> assertThat(target(reference)).isNotNull());
  }

  private static Stream<String> references(Object value) {
    if (value instanceof JsonArray array) {
      return array.stream().flatMap(OpenApiContract::references);
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
  void everyOperationHasAUniqueIdASummaryAndATag() {
    List<JsonObject> operations = paths().flatMap(path -> operations(path.getValue())).toList();

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
  void everyPathParameterIsDescribed() {
    assertThat(paths())
        .allSatisfy(
            path -> {
              Set<String> parts =
                  Pattern.compile("\\{([^}]+)}")
                      .matcher(path.getKey())
                      .results()
                      .map(part -> part.group(1))
                      .collect(Collectors.toSet());
              operations(path.getValue())
                  .forEach(
                      operation -> assertThat(inPath(path.getValue(), operation)).isEqualTo(parts));
            });
  }

  /** The path parameters of an operation, including those of its path. */
  private Set<String> inPath(JsonObject item, JsonObject operation) {
    return Stream.of(item, operation)
        .flatMap(place -> place.getJsonArray("parameters", new JsonArray()).stream())
        .map(reference -> (JsonObject) target(((JsonObject) reference).getString("$ref")))
        .filter(parameter -> parameter.getString("in").equals("path"))
        .map(parameter -> parameter.getString("name"))
        .collect(Collectors.toSet());
  }

  /** A response has all required fields of a schema, and no field that is not in it. */
  protected void assertFits(JsonObject answer, String schemaName) {
    JsonObject schema = (JsonObject) target("#/components/schemas/" + schemaName);
    assertThat(schema.getJsonObject("properties").fieldNames()).containsAll(answer.fieldNames());
    assertThat(answer.fieldNames())
        .containsAll(
            schema.getJsonArray("required", new JsonArray()).stream()
                .map(String.class::cast)
                .toList());
  }
}
