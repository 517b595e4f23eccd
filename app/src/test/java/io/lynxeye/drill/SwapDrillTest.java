package io.lynxeye.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.endtoend.LynxeyeProcess;
import io.lynxeye.engine.EngineRing;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of versions are swapped under load: no request fails, and no memory is lost. */
@Tag("engine")
@Tag("drill")
@Timeout(1800)
class SwapDrillTest {

  private static final int CLIENTS = 8;
  private static final int SWAPS = 200;

  /** After this many swaps, memory must no longer grow. */
  private static final int SETTLED = 50;

  private static final double GROWTH_MB = 100;

  @TempDir private Path folder;

  @Test
  void everyRequestIsAnsweredAndMemoryStaysLevel() throws Exception {
    byte[] image = EngineRing.sample("lynx");
    TinyStore store = new TinyStore(folder);
    store.drop(1);
    String[] serve = {
      "serve", "--port", "0", "--model", TinyStore.MODEL, "--store-interval", "100"
    };
    try (LynxeyeProcess server = LynxeyeProcess.start(folder, serve)) {
      ScoreClient client = new ScoreClient(server.awaitAddress());
      double settledMb = 0;
      try (Clients clients = Clients.start(CLIENTS, () -> score(client, image))) {
        for (int version = 2; version <= SWAPS + 1; version++) {
          store.drop(version);
          server.awaitError("%s/%d is unloaded".formatted(TinyStore.MODEL, version - 1));
          store.remove(version - 1);
          if (version == SETTLED) {
            settledMb = server.residentMb();
          }
        }
        List<String> problems = clients.stop();
        assertThat(problems).isEmpty();
        assertThat(clients.answered()).isGreaterThan(SWAPS);
      }
      assertThat(server.residentMb()).isLessThan(settledMb + GROWTH_MB);
    }
  }

  private static Optional<String> score(ScoreClient client, byte[] image) throws Exception {
    HttpResponse<String> answer = client.post(image);
    return answer.statusCode() == 200
        ? Optional.empty()
        : Optional.of(answer.statusCode() + " " + answer.body());
  }
}
