package io.lynxeye.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.endtoend.LynxeyeProcess;
import io.lynxeye.endtoend.StoreOfLinks;
import io.lynxeye.endtoend.TempDirInTarget;
import io.lynxeye.engine.EngineRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A constant load on the real ResNet50 for {@code -Ddrill.minutes=N}, 10 by default: the server's
 * resident memory levels off.
 */
@Tag("engine")
@Tag("drill")
class SoakDrillTest {

  private static final int CLIENTS = 4;
  private static final int SAMPLE_SECONDS = 5;
  private static final double MOST_MB = 1600;

  /** Maximum growth of memory in the second half of the time, on the regression line. */
  private static final double GROWTH_MB = 20;

  @TempDir(factory = TempDirInTarget.class)
  private Path folder;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<Double> samples = Collections.synchronizedList(new ArrayList<>());

  @Test
  void residentMemoryLevelsOff() throws Exception {
    double minutes = Double.parseDouble(System.getProperty("drill.minutes", "10"));
    byte[] image = EngineRing.sample("lynx");
    new StoreOfLinks(folder).drop("resnet50", 1);
    try (LynxeyeProcess server = LynxeyeProcess.start(folder, "serve", "--port", "0")) {
      ScoreClient client = new ScoreClient(server.awaitAddress());
      try (Clients clients = Clients.start(CLIENTS, () -> score(client, image))) {
        Future<?> sampling =
            timer.scheduleAtFixedRate(() -> sample(server), 0, SAMPLE_SECONDS, TimeUnit.SECONDS);
        long seconds = Math.round(60 * minutes);
        timer.schedule(() -> sampling.cancel(false), seconds, TimeUnit.SECONDS).get();
        assertThat(clients.stop()).isEmpty();
      }
    } finally {
      timer.shutdownNow();
    }
    System.out.println("resident MB, every " + SAMPLE_SECONDS + " s: " + samples);
    List<Double> late = samples.subList(samples.size() / 2, samples.size());
    assertThat(Collections.max(samples)).isLessThan(MOST_MB);
    assertThat(slope(late) * late.size()).as("growth in MB: " + late).isLessThan(GROWTH_MB);
  }

  private static Optional<String> score(ScoreClient client, byte[] image) throws Exception {
    int status = client.post(image).statusCode();
    return status == 200 ? Optional.empty() : Optional.of("answered " + status);
  }

  private void sample(LynxeyeProcess server) {
    try {
      samples.add(server.residentMb());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The least-squares slope of the values over their index. */
  private static double slope(List<Double> values) {
    double middle = (values.size() - 1) / 2.0;
    double products = 0;
    double squares = 0;
    for (int i = 0; i < values.size(); i++) {
      products += (i - middle) * values.get(i);
      squares += (i - middle) * (i - middle);
    }
    return products / squares;
  }
}
