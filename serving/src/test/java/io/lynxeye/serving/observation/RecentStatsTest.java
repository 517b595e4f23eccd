package io.lynxeye.serving.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentStatsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();
  private int queued;
  private final RecentStats figures = new RecentStats(clock, () -> queued);

  private void end(Outcome.Kind kind, int millis, int... batchSizes) {
    List<ScoreResult.Timing> timings =
        java.util.Arrays.stream(batchSizes)
            .mapToObj(
                size -> new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, size))
            .toList();
    figures.ended(
        new RequestSummary(
            new Call("POST", "/score", "id", TraceContext.of(null, null), Instant.EPOCH),
            "azure",
            "",
            ModelLabel.UNKNOWN,
            1,
            Outcome.of(kind),
            200,
            0,
            Duration.ofMillis(millis),
            Duration.ZERO,
            timings));
  }

  @Test
  void startsEmpty() {
    end(Outcome.Kind.SUCCESS, 1, 1);

    assertThat(figures.snapshot()).isEmpty();
  }

  @Test
  void countsEachRequestOnceByItsOutcome() {
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      end(kind, 10);
    }
    clock.advance(SECOND);
    end(Outcome.Kind.SUCCESS, 10);
    clock.advance(SECOND);

    SecondStats first = figures.snapshot().get(0);
    assertThat(first.requests()).isEqualTo(Outcome.Kind.values().length);
    assertThat(first.succeeded()).isEqualTo(1);
    assertThat(first.abandoned()).isEqualTo(2); // Its client has gone, or its client's time is up.
    assertThat(first.rejected()).isEqualTo(2); // By the server, or by the limit of a key.
    assertThat(first.refused()).isEqualTo(3);
    assertThat(first.failed()).isEqualTo(2);
    assertThat(figures.snapshot().get(1).requests()).isEqualTo(1);
  }

  @Test
  void percentilesCoverSuccessfulRequestsOnly() {
    for (int millis = 100; millis >= 1; millis--) {
      end(Outcome.Kind.SUCCESS, millis, 1);
    }
    end(Outcome.Kind.FAILED, 60_000);
    clock.advance(SECOND);

    SecondStats second = figures.snapshot().get(0);
    assertThat(second.p50()).isEqualTo(Duration.ofMillis(50));
    assertThat(second.p95()).isEqualTo(Duration.ofMillis(95));
    assertThat(second.p99()).isEqualTo(Duration.ofMillis(99));
  }

  @Test
  void manyRequestsAreSampled() {
    for (int i = 0; i < 20_000; i++) {
      end(Outcome.Kind.SUCCESS, i < 10_000 ? 10 : 30, 1);
    }
    clock.advance(SECOND);

    SecondStats second = figures.snapshot().get(0);
    assertThat(second.succeeded()).isEqualTo(20_000);
    assertThat(second.p99()).isEqualTo(Duration.ofMillis(30)); // The first 512 took 10 each.
    assertThat(second.p50()).isBetween(Duration.ofMillis(10), Duration.ofMillis(30));
  }

  @Test
  void aCallOfFourImagesCountsOnce() {
    end(Outcome.Kind.SUCCESS, 10, 4, 4, 4, 4);
    end(Outcome.Kind.SUCCESS, 10, 1);
    end(Outcome.Kind.SUCCESS, 10, 1);
    clock.advance(SECOND);

    SecondStats second = figures.snapshot().get(0);
    assertThat(second.images()).isEqualTo(6);
    assertThat(second.meanBatch()).isEqualTo(2.0);
  }

  @Test
  void readsTheQueueAtTheEndOfTheSecond() {
    queued = 7;
    clock.advance(SECOND);
    figures.tick();
    queued = 2;

    assertThat(figures.snapshot()).extracting(SecondStats::queued).containsExactly(7);
  }

  @Test
  void includesSecondsWithoutRequests() {
    end(Outcome.Kind.SUCCESS, 10, 1);
    clock.advance(Duration.ofSeconds(3));

    assertThat(figures.snapshot()).extracting(SecondStats::second).containsExactly(0L, 1L, 2L);
    assertThat(figures.snapshot()).extracting(SecondStats::requests).containsExactly(1, 0, 0);
  }

  @Test
  void keepsTwoMinutesEvenIfNeverRead() {
    end(Outcome.Kind.SUCCESS, 10, 1);
    clock.advance(Duration.ofDays(1));

    List<SecondStats> kept = figures.snapshot();
    assertThat(kept).hasSize(RecentStats.SECONDS);
    assertThat(kept.get(kept.size() - 1).second()).isEqualTo(Duration.ofDays(1).toSeconds() - 1);
    assertThat(
            Collections.max(kept, java.util.Comparator.comparing(SecondStats::requests)).requests())
        .isZero();
  }

  @Test
  void aSnapshotDoesNotChange() {
    clock.advance(SECOND);
    List<SecondStats> before = figures.snapshot();
    clock.advance(SECOND);
    figures.tick();

    assertThat(before).hasSize(1);
  }
}
