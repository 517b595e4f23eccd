package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.engine.device.GpuProbe;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands in processes of their own: output, exit codes, signals. */
@Tag("engine")
@Timeout(300)
class CommandLineTest {

  @TempDir(factory = TempDirInTarget.class)
  private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void servesUntilTerminatedAndScoresLikeTheCommandLine() throws Exception {
    List<JsonObject> local = scoreSamples();
    try (LynxeyeProcess server = LynxeyeProcess.start("serve", "--port", "0")) {
      String address = server.awaitAddress();

      for (JsonObject line : local) {
        byte[] image = Files.readAllBytes(Path.of("..", line.get("file").getAsString()));
        HttpResponse<String> answer = post(address + "/score", image).join();
        assertSame(line, JsonParser.parseString(answer.body()).getAsJsonObject());
      }
      server.terminate();
      assertThat(server.exitCode()).isZero();
      assertThat(server.errors()).contains("stopped");
    }
  }

  @Test
  void finishesAcceptedRequestsWhenTerminatedUnderLoad() throws Exception {
    try (LynxeyeProcess server = LynxeyeProcess.start("serve", "--port", "0")) {
      String address = server.awaitAddress();
      // The first response means that the requests sent together with it are accepted too.
      List<CompletableFuture<HttpResponse<String>>> calls =
          IntStream.range(0, 24)
              .mapToObj(i -> post(address + "/score", TestImages.lynx()))
              .toList();
      CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new)).join();
      server.terminate();

      for (CompletableFuture<HttpResponse<String>> call : calls) {
        assertThat(call.join().statusCode()).isEqualTo(200);
      }
      assertThat(server.exitCode()).isZero();
    }
  }

  @Test
  void scoresTheOtherFilesWhenOneIsInvalidAndExitsWith1() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.jpg"), "no image");
    try (LynxeyeProcess score =
        LynxeyeProcess.start("score", "--top-k", "1", bad.toString(), "no-such.jpg", "samples")) {
      assertThat(score.output())
          .contains("417  balloon")
          .contains("287  lynx")
          .contains("892  wall clock");
      assertThat(score.exitCode()).isEqualTo(1);
      assertThat(score.errors()).contains("bad.jpg: This is not an image", "no-such.jpg: ");
    }
  }

  @Test
  void readsAnImageFromStandardInput() throws Exception {
    try (LynxeyeProcess score = LynxeyeProcess.start("score", "--output", "probabilities", "-")) {
      score.write(TestImages.lynx());
      JsonArray rows = JsonParser.parseString(score.output()).getAsJsonArray();

      assertThat(score.exitCode()).isZero();
      assertThat(rows).hasSize(1);
      assertThat(rows.get(0).getAsJsonArray()).hasSize(1000);
      assertThat(rows.get(0).getAsJsonArray().get(287).getAsFloat()).isGreaterThan(0.9f);
    }
  }

  /** The outcome depends on whether this machine has a usable GPU; both are checked. */
  @Test
  void usesTheGpuOrNamesTheReason() throws Exception {
    List<String> problems = GpuProbe.probe().problems();
    try (LynxeyeProcess score =
        LynxeyeProcess.start("score", "--device", "gpu", "samples/lynx.jpg")) {
      String output = score.output();
      if (problems.isEmpty()) {
        assertThat(score.exitCode()).isZero();
        assertThat(output).contains("287  lynx");
        assertThat(score.errors()).contains(" on gpu:0");
      } else {
        assertThat(score.exitCode()).isEqualTo(1);
        assertThat(output).isEmpty();
        assertThat(score.errors()).contains("--device gpu: ").contains(problems.get(0));
      }
    }
  }

  @Test
  void aMissingModelIsServedOnceItIsInTheStore() throws Exception {
    StoreOfLinks store = new StoreOfLinks(folder);
    store.drop("other", 1);
    try (LynxeyeProcess serve =
        LynxeyeProcess.start(folder, "serve", "--port", "0", "--model", "lynx")) {
      serve.awaitError("not ready: the model 'lynx' has no version in the model store");

      store.drop("lynx", 7);

      String address = serve.awaitAddress();
      assertThat(post(address + "/score", TestImages.lynx()).join().body())
          .contains("\"model\":\"lynx\",\"version\":\"7\"");
      serve.terminate();
      assertThat(serve.exitCode()).isZero();
    }
  }

  private static List<JsonObject> scoreSamples() throws Exception {
    String[] samples;
    try (Stream<Path> files = Files.list(Path.of("..", "samples"))) {
      samples =
          files
              .map(f -> "samples/" + f.getFileName())
              .filter(f -> f.endsWith(".jpg"))
              .sorted()
              .toArray(String[]::new);
    }
    String[] command =
        Stream.concat(Stream.of("score", "--output", "json"), Stream.of(samples))
            .toArray(String[]::new);
    try (LynxeyeProcess score = LynxeyeProcess.start(command)) {
      List<JsonObject> lines =
          score.output().lines().map(l -> JsonParser.parseString(l).getAsJsonObject()).toList();
      assertThat(score.exitCode()).isZero();
      assertThat(lines).hasSameSizeAs(samples);
      return lines;
    }
  }

  private static void assertSame(JsonObject local, JsonObject remote) {
    assertThat(remote.get("model")).isEqualTo(local.get("model"));
    JsonArray expected = local.getAsJsonArray("predictions");
    JsonArray actual = remote.getAsJsonArray("predictions");
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      JsonObject one = expected.get(i).getAsJsonObject();
      JsonObject other = actual.get(i).getAsJsonObject();
      assertThat(other.get("index")).isEqualTo(one.get("index"));
      assertThat(other.get("probability").getAsDouble())
          .isEqualTo(one.get("probability").getAsDouble(), within(1e-6));
    }
  }

  private CompletableFuture<HttpResponse<String>> post(String address, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }
}
