package io.lynxeye.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.observation.TraceContext;
import io.lynxeye.serving.rollout.RolloutStatus;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Meters are removed with the model or version that they measure. */
class VanishedModelsTest {

  private final List<ModelStatus> statuses = new ArrayList<>();
  private final List<GpuMemory> gpus = new ArrayList<>();

  @AutoClose
  private final Metrics metrics =
      new Metrics(() -> statuses, new ModelRegistry(), "coming", new RequestLimiter(1, 1));

  VanishedModelsTest() {
    metrics.unusable(() -> 3);
    metrics.gpuMemory(() -> gpus);
    metrics.collected(() -> 5, () -> 6);
  }

  private Scrape scrape() {
    return new Scrape(metrics.scrape());
  }

  private void serve(String name, int... versions) {
    statuses.clear();
    for (int version : versions) {
      statuses.add(
          new ModelStatus(
              new ModelId(name, version), ModelState.AVAILABLE, Instant.EPOCH, Optional.empty()));
    }
  }

  private static Outcome rejected(RejectedException.Reason reason) {
    return Outcome.of(new RejectedException(reason));
  }

  private void end(String model, String version, Outcome outcome) {
    Duration second = Duration.ofSeconds(1);
    metrics.ended(
        new RequestSummary(
            new Call("POST", "/score", "id", TraceContext.of(null, null), Instant.EPOCH),
            "azure",
            "",
            new ModelLabel(model, version),
            1,
            outcome,
            200,
            5,
            second,
            second,
            List.of(new ScoreResult.Timing(second, second, second, 2))));
  }

  @Test
  void theLastValuesAreScrapedOnceAndThenRemoved() {
    serve("cats", 1, 2);
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));
    scrape();
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));
    serve("cats", 2);

    assertThat(scrape().sum("lynxeye_requests_total", "version", "1")).isEqualTo(2);
    assertThat(scrape().values("lynxeye_requests_total", "version"))
        .containsExactlyInAnyOrder("", "2");
    assertThat(scrape().sum("lynxeye_request_seconds_count", "model", "cats")).isEqualTo(2);
  }

  @Test
  void aRemovedModelRemovesAllOfItsMeters() {
    serve("cats", 1);
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));
    end("cats", "", rejected(RejectedException.Reason.QUEUE_FULL));
    scrape();
    statuses.clear();
    scrape();

    assertThat(metrics.scrape().lines().filter(line -> line.contains("cats"))).isEmpty();
  }

  private static RolloutStatus onTrial(String model) {
    return new RolloutStatus(
        model,
        Optional.empty(),
        Optional.empty(),
        new RolloutStatus.Known(
            OptionalLong.of(1),
            OptionalLong.empty(),
            OptionalLong.of(2),
            Optional.empty(),
            false,
            Evidence.none(),
            List.of()),
        Optional.of(new RolloutStatus.Counts(5, Map.of("busy", 1L), List.of())),
        Optional.empty());
  }

  @Test
  void aRemovedModelRemovesTheMetersOfItsRollout() {
    List<RolloutStatus> rollouts = new ArrayList<>(List.of(onTrial("cats")));
    metrics.rollouts(() -> rollouts);
    serve("cats", 1, 2);
    assertThat(scrape().has("lynxeye_rollout_images_total", "model", "cats")).isTrue();
    assertThat(scrape().has("lynxeye_rollout_dropped_total", "model", "cats")).isTrue();
    statuses.clear();
    rollouts.clear();
    scrape();

    assertThat(metrics.scrape().lines().filter(line -> line.contains("cats"))).isEmpty();
  }

  @Test
  void manyVersionsOverTimeDoNotAddUp() {
    serve("cats", 1);
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));
    scrape();
    long lines = ourLines();
    for (int version = 2; version < 50; version++) {
      serve("cats", version);
      end("cats", Integer.toString(version), Outcome.of(Outcome.Kind.SUCCESS));
      scrape();
      scrape();
    }

    assertThat(ourLines()).isEqualTo(lines);
  }

  private long ourLines() {
    return metrics.scrape().lines().filter(line -> line.startsWith("lynxeye")).count();
  }

  @Test
  void countsWithoutAModelOrOfAnExpectedOneStay() {
    end("", "", Outcome.of(Outcome.Kind.NOT_FOUND));
    end("coming", "", rejected(RejectedException.Reason.NOT_READY));
    scrape();

    assertThat(scrape().sum("lynxeye_requests_total", "model", "")).isEqualTo(1);
    assertThat(scrape().sum("lynxeye_rejected_total", "model", "coming")).isEqualTo(1);
  }

  @Test
  void aBatchOfSeveralImagesIsCountedOnce() {
    serve("cats", 1);
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));
    end("cats", "1", Outcome.of(Outcome.Kind.SUCCESS));

    Scrape scrape = scrape();
    assertThat(scrape.sum("lynxeye_pictures_total")).isEqualTo(2);
    assertThat(scrape.sum("lynxeye_batches_total")).isEqualTo(1);
    assertThat(scrape.sum("lynxeye_batch_size_bucket", "le", "1.0")).isZero();
    assertThat(scrape.sum("lynxeye_batch_size_bucket", "le", "2.0")).isEqualTo(2);
    assertThat(scrape.sum("lynxeye_stage_seconds_bucket", "stage", "engine", "le", "0.5")).isZero();
    assertThat(scrape.sum("lynxeye_stage_seconds_bucket", "stage", "engine", "le", "1.0"))
        .isEqualTo(2);
  }

  @Test
  void theMemoryOfAGpuIsReportedIfThereIsOne() {
    assertThat(scrape().names()).doesNotContain("lynxeye_gpu_memory_used_bytes");
    gpus.add(new GpuMemory(0, 7, 100));

    assertThat(scrape().sum("lynxeye_gpu_memory_used_bytes", "gpu", "0")).isEqualTo(7);
    assertThat(scrape().sum("lynxeye_gpu_memory_total_bytes")).isEqualTo(100);
  }

  @Test
  void unusableEntriesOfTheStoreAreReported() {
    assertThat(scrape().sum("lynxeye_store_unusable")).isEqualTo(3);
  }

  @Test
  void theCollectionIsReportedIfThereIsOne() {
    assertThat(scrape().sum("lynxeye_collect_pictures_total")).isEqualTo(5);
    assertThat(scrape().sum("lynxeye_collect_dropped_total")).isEqualTo(6);
  }

  @Test
  void residentMemoryIsReadInKilobytes(@TempDir Path folder) throws Exception {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmRSS:\t    1024 kB\nThreads:\t7\n");

    assertThat(MachineMetrics.resident(status)).hasValue(1 << 20);
    assertThat(MachineMetrics.resident(folder.resolve("none"))).isEmpty();
  }
}
