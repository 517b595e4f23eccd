package io.lynxeye.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.endtoend.LynxeyeProcess;
import io.lynxeye.endtoend.StoreOfLinks;
import io.lynxeye.endtoend.TempDirInTarget;
import io.lynxeye.engine.EngineRing;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions of the real ResNet50 are dropped in, corrupted and removed under load: no request fails,
 * and each change takes effect.
 */
@Tag("engine")
@Tag("drill")
@Timeout(1800)
class StoreDrillTest {

  private static final int CLIENTS = 2;
  private static final int ANSWERS = 20;

  @TempDir(factory = TempDirInTarget.class)
  private Path folder;

  /** The version of each answer, in order. */
  private final List<String> versions = Collections.synchronizedList(new ArrayList<>());

  @Test
  void noRequestFailsWhileTheStoreChanges() throws Exception {
    StoreOfLinks store = new StoreOfLinks(folder);
    Path model = folder.resolve("resnet50");
    store.drop("resnet50", 1);
    try (LynxeyeProcess server = LynxeyeProcess.start(folder, "serve", "--port", "0")) {
      ScoreClient client = new ScoreClient(server.awaitAddress());
      try (Clients clients = Clients.start(CLIENTS, () -> score(client))) {
        awaitVersion("1");

        store.drop("resnet50", 2);
        awaitVersion("2");

        dropCorrupt(model, 3);
        server.awaitError("resnet50/3 cannot be served");
        awaitVersion("2");

        Files.move(model.resolve("2"), folder.resolve(".removed"));
        awaitVersion("1");

        assertThat(clients.stop()).isEmpty();
      }
    }
  }

  private Optional<String> score(ScoreClient client) throws Exception {
    HttpResponse<String> answer = client.post(EngineRing.sample("lynx"));
    if (answer.statusCode() != 200) {
      return Optional.of(answer.statusCode() + " " + answer.body());
    }
    versions.add(ScoreClient.json(answer).get("version").getAsString());
    return Optional.empty();
  }

  private static void dropCorrupt(Path model, int version) throws Exception {
    byte[] graph = Files.readAllBytes(model.resolve("1").resolve("saved_model.pb"));
    Path incoming = Files.createDirectories(model.resolve(".incoming"));
    Files.write(incoming.resolve("saved_model.pb"), Arrays.copyOf(graph, graph.length / 2));
    Files.move(incoming, model.resolve("" + version));
  }

  /** Waits until a version answers, and checks that only it answers from then on. */
  private void awaitVersion(String version) {
    awaitAnswers(versions.size() + 1);
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> last().equals(version));
    int from = versions.size() + CLIENTS; // Some can still be in flight in the old version.
    awaitAnswers(from + ANSWERS);
    assertThat(versions.subList(from, from + ANSWERS)).containsOnly(version);
  }

  private void awaitAnswers(int count) {
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> versions.size() >= count);
  }

  private String last() {
    return versions.get(versions.size() - 1);
  }
}
