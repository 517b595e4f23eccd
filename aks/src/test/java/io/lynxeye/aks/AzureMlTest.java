package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The files for Azure ML's managed online endpoints. */
final class AzureMlTest {

  private static final Path FOLDER = Path.of("azureml");

  private static String text(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file + ".yml"));
  }

  private static Map<String, Object> deployment() throws IOException {
    return Tree.map(new Yaml().load(text("deployment")));
  }

  private static List<String> problems(String file, String text) throws IOException {
    String name = "/schemas/azureml-" + file + ".json";
    try (InputStream schema = AzureMlTest.class.getResourceAsStream(name)) {
      JsonSchema strict =
          JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
      return strict.validate(text, InputFormat.YAML).stream()
          .map(problem -> problem.getMessage())
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"endpoint", "deployment"})
  void azureMlTakesIt(String file) throws IOException {
    assertThat(problems(file, text(file))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint, auth_mode: key, auth_mode: keys",
    "deployment, instance_type:, instance_size:",
    "deployment, scoring_route:, score_route:",
    "deployment, initial_delay:, initialDelay:",
    "deployment, '\"55\"', 55",
    "deployment, request_timeout_ms: 60000, request_timeout_ms: 600000"
  })
  void aMistakeIsRefused(String file, String right, String wrong) throws IOException {
    assertThat(text(file)).contains(right);

    assertThat(problems(file, text(file).replace(right, wrong))).isNotEmpty();
  }

  @Test
  void theDeploymentIsOfTheEndpoint() throws IOException {
    Map<String, Object> endpoint = Tree.map(new Yaml().load(text("endpoint")));

    assertThat(deployment()).containsEntry("endpoint_name", endpoint.get("name"));
  }

  @Test
  void theServerKnowsItsOptionsAndAnswersOnTheRoutes() throws IOException {
    Map<String, Object> options = Tree.map(deployment().get("environment_variables"));
    Map<String, Object> routes = Tree.map(Tree.at(deployment(), "environment", "inference_config"));

    assertThat(ServerOptions.variables()).containsAll(options.keySet());
    routes.forEach(
        (name, route) ->
            assertThat(Tree.at(route, "port").toString())
                .as(name)
                .isEqualTo(options.get("LYNXEYE_PORT")));
    assertThat(Tree.at(routes, "liveness_route", "path")).isEqualTo(probe("livenessProbe"));
    assertThat(Tree.at(routes, "readiness_route", "path")).isEqualTo(probe("readinessProbe"));
    assertThat(Tree.at(routes, "scoring_route", "path")).isEqualTo("/score");
  }

  /** As in the chart, whose policies and process test know what the server answers. */
  private static Object probe(String name) {
    Pod pod = Renderings.of("t4", "http").pods().findFirst().orElseThrow();
    return Tree.at(pod.server(), name, "httpGet", "path");
  }

  /** Otherwise Azure ML cuts a request off before the server can say why it refuses it. */
  @Test
  void theServersLimitsComeFirst() throws IOException {
    Map<String, Object> options = Tree.map(deployment().get("environment_variables"));
    int seconds = Integer.parseInt(options.get("LYNXEYE_REQUEST_TIMEOUT").toString());
    int places = Integer.parseInt(options.get("LYNXEYE_QUEUE_CAPACITY").toString());

    assertThat(seconds * 1000)
        .isLessThan((Integer) Tree.at(deployment(), "request_settings", "request_timeout_ms"));
    assertThat(places)
        .isEqualTo(
            Tree.at(deployment(), "request_settings", "max_concurrent_requests_per_instance"));
  }

  @Test
  void aStartMayTakeFiveMinutes() throws IOException {
    for (String probe : List.of("liveness_probe", "readiness_probe")) {
      Map<String, Object> times = Tree.map(deployment().get(probe));
      assertThat((Integer) times.get("period") * (Integer) times.get("failure_threshold"))
          .as(probe)
          .isGreaterThanOrEqualTo(300);
    }
  }

  @Test
  void onlyAzureMlReachesAServerWithoutKeys() throws IOException {
    Map<String, Object> options = Tree.map(deployment().get("environment_variables"));

    assertThat(options)
        .containsEntry("LYNXEYE_AUTH", "none")
        .containsEntry("LYNXEYE_MANAGEMENT_HOST", "127.0.0.1");
    assertThat(text("endpoint")).contains("auth_mode: key");
  }
}
