package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.drill.TinyStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An {@code Error} in each thread that a server needs: the server recovers, or its process ends.
 * None stays up while dead.
 */
@Tag("engine")
@Timeout(600)
class LostThreadsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private TinyStore store;

  @BeforeEach
  void fill() throws Exception {
    store = new TinyStore(Files.createDirectories(folder.resolve("store")));
    store.drop(1);
  }

  private LynxeyeProcess serve() throws Exception {
    return LynxeyeProcess.start(
        LynxeyeProcess.Setup.java(ThreadKiller.OPTION), store.folder(), "serve", "--port", "0");
  }

  private HttpResponse<String> post(String address) throws Exception {
    return client.send(request(address), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String address) {
    return HttpRequest.newBuilder(URI.create(address + "/score"))
        .POST(HttpRequest.BodyPublishers.ofByteArray(TestImages.lynx()))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "vert.x-eventloop-thread-.*, an event loop of HTTP has ended",
    "vert.x-acceptor-thread-.*, an event loop of HTTP has ended",
    "grpc-accept-.*, an event loop of gRPC has ended",
    "main, out of memory"
  })
  void aThreadThatIsNotReplacedEndsTheProcessWithOneLine(String thread, String line)
      throws Exception {
    try (LynxeyeProcess server = serve()) {
      server.awaitAddress();
      try (ThreadKiller killer = ThreadKiller.attach(server.printed(ThreadKiller.PORT))) {
        killer.throwIn(killer.threads(thread).get(0));
      }

      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.errors().lines().filter(said -> said.startsWith("lynxeye: ")))
          .singleElement()
          .asString()
          .contains(line);
    }
  }

  @Test
  void theOtherThreadsRecover() throws Exception {
    try (LynxeyeProcess server = serve()) {
      String address = server.awaitAddress();
      assertThat(post(address).statusCode()).isEqualTo(200); // Loads the classes of a request.
      try (ThreadKiller killer = ThreadKiller.attach(server.printed(ThreadKiller.PORT))) {
        String serving = "io.lynxeye.serving.";
        assertThat(killer.throwAt(serving + "store.StoreWatcher", "scanInTurn", () -> null))
            .isEqualTo("store-watcher");
        assertThat(killer.throwAt("io.lynxeye.security.tls.Tls", "reload", () -> null))
            .isEqualTo("reloads");
        assertFailsOnce(killer, address, serving + "lifecycle.ServedModel", "prepare", "decode-.*");
        assertFailsOnce(
            killer, address, serving + "lifecycle.ServedModel$Runner", "run", "tiny/1-.*");
        assertThat(
                killer.throwAt(
                    serving + "lifecycle.ModelManager",
                    "settle",
                    () -> {
                      store.drop(2);
                      return null;
                    }))
            .isEqualTo("model-manager");
      }

      store.drop(3); // The store is followed, models are loaded, images decoded and scored.
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(post(address).body()).contains("\"version\":\"3\""));
      assertThat(server.isRunning()).isTrue();
    }
  }

  private void assertFailsOnce(
      ThreadKiller killer, String address, String type, String method, String thread)
      throws Exception {
    AtomicReference<CompletableFuture<HttpResponse<String>>> answer = new AtomicReference<>();
    Callable<?> request =
        () -> {
          answer.set(postLater(address));
          return null;
        };
    assertThat(killer.throwAt(type, method, request)).matches(thread);
    assertThat(answer.get().get().statusCode()).as(answer.get().get().body()).isEqualTo(503);
    assertThat(post(address).statusCode()).isEqualTo(200);
  }

  private CompletableFuture<HttpResponse<String>> postLater(String address) {
    return client.sendAsync(request(address), HttpResponse.BodyHandlers.ofString());
  }
}
