package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs on this machine what the chart deploys: imports the model as the first container does,
 * starts the server with exactly the second one's environment, probes it, scores, and stops it in
 * time.
 */
@Tag("engine")
final class DeployedProcessTest {

  private static final String PRIMARY = "primary-key-of-this-test";
  private static final String SECONDARY = "secondary-key-of-this-test";
  private static final String ADMIN = "admin-key-of-this-test";

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private ContainerOnThisMachine machine;
  private Process server;

  @BeforeEach
  void makeFolders() throws IOException {
    Map<String, Path> paths = new HashMap<>();
    for (String path : List.of("/made", "/models", "/registry", "/tmp", "/etc/lynxeye/keys")) {
      paths.put(path, Files.createDirectories(folder.resolve(path.substring(1))));
    }
    paths.put("/cache/lynxeye", userCache()); // TensorFlow is already unpacked there.
    Files.writeString(paths.get("/etc/lynxeye/keys").resolve("primary"), PRIMARY);
    Files.writeString(paths.get("/etc/lynxeye/keys").resolve("secondary"), SECONDARY);
    Files.writeString(paths.get("/etc/lynxeye/keys").resolve("admin"), ADMIN);
    machine = new ContainerOnThisMachine(paths);
  }

  private static Path userCache() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path caches =
        given == null || given.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return caches.resolve("lynxeye");
  }

  @AfterEach
  void killRemainingProcesses() {
    if (server != null) {
      server.destroyForcibly();
    }
  }

  @Test
  void theDeploymentImportsItsModelStartsScoresAndStopsInTime() throws Exception {
    String digest = ModelRegistry.fill(folder.resolve("registry"), machine, folder);
    Pod pod = pod(digest);

    assertThat(importModel(pod(Renderings.DIGEST)))
        .as("another digest than the archive's")
        .isNotZero();
    assertThat(importModel(pod)).as(this::output).isZero();
    assertThat(importModel(pod)).as("a pod that starts again").isZero();

    server = machine.start(pod.server(), log().toFile());
    awaitStart(pod);
    assertThat(probe(pod, "readinessProbe")).isEqualTo(200);
    assertThat(probe(pod, "livenessProbe")).isEqualTo(200);
    scores();
    theScriptQueriesIt();
    hasMetrics();
    stops(pod);
  }

  private static Pod pod(String digest) {
    Map<String, String> settings =
        Map.of(
            "storage_account",
            "lynxeyemodels",
            "model_sha256",
            digest,
            "workload_identity_client_id",
            Renderings.CLIENT);
    return Rendering.of("run here", "cpu", settings).pods().findFirst().orElseThrow();
  }

  private int importModel(Pod pod) throws Exception {
    Map<String, Object> container = Tree.maps(pod.spec().get("initContainers")).get(0);
    return machine.start(container, log().toFile()).waitFor();
  }

  private void awaitStart(Pod pod) {
    int seconds =
        number(pod, "startupProbe", "periodSeconds")
            * number(pod, "startupProbe", "failureThreshold");
    await()
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              assertThat(server.isAlive()).as(this::output).isTrue();
              return probe(pod, "startupProbe") == 200;
            });
  }

  /** Probes as the kubelet does; -1 means no answer. */
  private int probe(Pod pod, String probe) throws InterruptedException {
    String path = (String) Tree.at(pod.server(), probe, "httpGet", "path");
    Duration patience = Duration.ofSeconds(number(pod, probe, "timeoutSeconds"));
    HttpRequest request = HttpRequest.newBuilder(address(8080, path)).timeout(patience).build();
    try {
      return client.send(request, BodyHandlers.ofString()).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private void scores() throws Exception {
    assertThat(score("Bearer " + PRIMARY).statusCode()).isEqualTo(200);
    assertThat(score("Bearer " + PRIMARY).body()).contains("\"label\":\"lynx\"");
    assertThat(score("Bearer " + SECONDARY).statusCode()).isEqualTo(200);
    assertThat(score("Bearer wrong-key-of-this-test").statusCode()).isEqualTo(401);
    assertThat(score("").statusCode()).isEqualTo(401);
  }

  private void theScriptQueriesIt() throws Exception {
    Path key = folder.resolve("etc/lynxeye/keys/secondary");
    Process query =
        new ProcessBuilder(
                "../aks/query.sh", "--url", address(8080, "").toString(), "--key-file", "" + key)
            .redirectErrorStream(true)
            .start();
    String output = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(query.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("0\\.97[0-9]{2}   287  lynx\n");
  }

  private HttpResponse<String> score(String authorization) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(8080, "/score"))
            .POST(BodyPublishers.ofFile(Path.of("..", "samples", "lynx.jpg")));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private void hasMetrics() throws Exception {
    assertThat(get(8083, "/metrics").body()).contains("lynxeye_admission_requests ");
    assertThat(get(8083, "/models").statusCode()).isEqualTo(404);
    assertThat(get(8081, "/models").statusCode()).isEqualTo(401);
    assertThat(get(8081, "/models", "x-api-key", PRIMARY).statusCode()).isEqualTo(403);
    assertThat(get(8081, "/models", "x-api-key", ADMIN).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(address(port, path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private void stops(Pod pod) throws InterruptedException {
    int grace = (int) pod.spec().get("terminationGracePeriodSeconds");
    int before = number(pod, "lifecycle", "preStop", "sleep", "seconds");

    server.toHandle().destroy();

    assertThat(server.waitFor(grace - before, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).as(this::output).isZero();
  }

  private static int number(Pod pod, Object... path) {
    return (int) Tree.at(pod.server(), path);
  }

  private URI address(int port, String path) {
    return URI.create("http://127.0.0.1:" + machine.port(port) + path);
  }

  private Path log() {
    return folder.resolve("container.log");
  }

  private String output() {
    return ModelRegistry.read(log());
  }
}
