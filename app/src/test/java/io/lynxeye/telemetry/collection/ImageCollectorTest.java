package io.lynxeye.telemetry.collection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.TraceContext;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.telemetry.collection.ImageCollector.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCollectorTest {

  private static final Limits LIMITS = new Limits(3, 100, 1000, 2, Duration.ofDays(1));

  /** A disk that a test can block, or fill. */
  private static final class FakeDisk implements ImageCollector.Lines {

    final List<String> written = new CopyOnWriteArrayList<>();
    final Semaphore writes = new Semaphore(0);
    volatile boolean full;

    @Override
    public void release() {
      written.add("released");
    }

    @Override
    public void write(String line) throws IOException {
      writes.acquireUninterruptibly();
      if (full) {
        throw new IOException("no space left");
      }
      written.add(line);
    }

    @Override
    public void close() {
      written.add("closed");
    }
  }

  private final FakeDisk disk = new FakeDisk();

  private ImageCollector collector(double share) {
    return new ImageCollector(share, LIMITS, () -> Instant.EPOCH, disk);
  }

  private static void score(ImageCollector collector, byte[] image) {
    ScoreResult result =
        new ScoreResult(
            new FakeModel(new ModelId("cats", 2)).description(),
            List.of(new Prediction(7, "a \"cat\"", 0.5f)),
            ModelOutput.ofScores("scores", new float[] {1}),
            new ScoreResult.Timing(
                Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofNanos(3_450_000), 4));
    collector.scored(
        new Call("POST", "/score", "id", TraceContext.of(null, null), Instant.EPOCH),
        new ModelInput.Image(image),
        result);
  }

  private static void score(ImageCollector collector, String image) {
    score(collector, image.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRecordHasTheScoresAndTheDigestButNotTheImage() {
    disk.writes.release(1);
    try (ImageCollector collector = collector(1)) {
      score(collector, "abc");
    }

    JsonObject note = JsonParser.parseString(disk.written.get(0)).getAsJsonObject();
    assertThat(note.get("time").getAsString()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(note.get("requestId").getAsString()).isEqualTo("id");
    assertThat(note.get("model").getAsString()).isEqualTo("cats");
    assertThat(note.get("version").getAsString()).isEqualTo("2");
    assertThat(note.get("bytes").getAsInt()).isEqualTo(3);
    assertThat(note.get("sha256").getAsString())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(note.getAsJsonArray("predictions").toString())
        .isEqualTo("[{\"index\":7,\"label\":\"a \\\"cat\\\"\",\"probability\":0.5}]");
    assertThat(note.get("engineMs").getAsDouble()).isEqualTo(3.5);
    assertThat(note.get("batchSize").getAsInt()).isEqualTo(4);
    assertThat(disk.written.get(0)).doesNotContain("abc");
  }

  @Test
  void aCloseWritesWaitingRecordsAndClosesTheFile() {
    ImageCollector collector = collector(1);
    score(collector, "1");
    score(collector, "2");
    disk.writes.release(2);

    collector.close();

    assertThat(disk.written).hasSize(3).endsWith("closed");
    assertThat(collector.recorded()).isEqualTo(2);
  }

  /** Called on this thread, so it must return while the disk is blocked. */
  @Test
  void aSlowDiskLosesRecordsButDelaysNoRequest() {
    ImageCollector collector = collector(1);
    score(collector, "held by the disk");
    Awaitility.await().until(disk.writes::hasQueuedThreads);

    for (int i = 0; i < 10; i++) {
      score(collector, "" + i);
    }

    assertThat(collector.dropped()).isEqualTo(10 - LIMITS.waiting());
    disk.writes.release(1000);
    collector.close();
    assertThat(collector.recorded()).isEqualTo(1 + LIMITS.waiting());
    assertThat(collector.recorded() + collector.dropped()).isEqualTo(11);
  }

  @Test
  void waitingBytesAreBoundedAndAHugeImageDoesNotBlockSmallOnes() {
    ImageCollector collector = collector(1);
    score(collector, new byte[60]);
    Awaitility.await().until(disk.writes::hasQueuedThreads);

    score(collector, new byte[41]);
    assertThat(collector.dropped()).isEqualTo(1);
    score(collector, new byte[40]);
    assertThat(collector.dropped()).isEqualTo(1);
    disk.writes.release(1000);
    Awaitility.await().until(() -> collector.recorded() == 2);
    score(collector, new byte[100]);
    collector.close();

    assertThat(collector.recorded()).isEqualTo(3);
  }

  @Test
  void aFullDiskLosesRecordsUntilThereIsSpace() {
    disk.full = true;
    disk.writes.release(1000);
    ImageCollector collector = collector(1);
    score(collector, "1");
    Awaitility.await().until(() -> collector.dropped() == 1);
    disk.full = false;
    score(collector, "2");
    collector.close();

    assertThat(collector.recorded()).isEqualTo(1);
  }

  @Test
  void recordsNothingAfterTheClose() {
    ImageCollector collector = collector(1);
    collector.close();

    score(collector, "1");

    assertThat(collector.dropped()).isEqualTo(1);
  }

  @Test
  void theSampleHasTheGivenShareAndIsStable() {
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] image = ("image " + i).getBytes(StandardCharsets.UTF_8);
      boolean takes = ImageCollector.isSampled(image, 0.1);
      taken += takes ? 1 : 0;
      assertThat(ImageCollector.isSampled(image.clone(), 0.1)).isEqualTo(takes);
      assertThat(ImageCollector.isSampled(image, 1)).isTrue();
      if (takes) {
        assertThat(ImageCollector.isSampled(image, 0.2)).isTrue();
      }
    }

    assertThat(taken).isBetween(1800, 2200);
  }

  /** Blobs that are mounted get a file when it is closed. */
  @Test
  void aFileIsClosedNowAndThenWithAndWithoutNewRecords() {
    Limits limits = new Limits(3, 100, 1000, 2, Duration.ofMillis(1));
    disk.writes.release(1);
    try (ImageCollector collector = new ImageCollector(1, limits, () -> Instant.EPOCH, disk)) {
      score(collector, "1");
      Awaitility.await().until(() -> disk.written.stream().anyMatch(one -> one.contains("cats")));
      int before = disk.written.size();
      Awaitility.await().until(() -> disk.written.size() > before + 2);
    }

    assertThat(disk.written.get(disk.written.size() - 2)).isEqualTo("released");
  }

  @Test
  void aServerRecordsImagesOnly(@TempDir Path folder) throws Exception {
    ImageCollector collector = ImageCollector.open(folder, 1);
    Telemetry telemetry = new Telemetry(List.of(collector));
    try (TestServer server = TestServer.ready(Settings.DEFAULT, telemetry)) {
      server.post("/score", "7");
      server.post("/score", "bad");
      server.post("/predictions/other-model", "3");
    }
    telemetry.close();

    assertThat(Files.readAllLines(folder.resolve("pictures.jsonl")))
        .extracting(
            line -> JsonParser.parseString(line).getAsJsonObject().get("model").getAsString())
        .containsExactly("fake", "other-model");
  }
}
