package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.tuning.ThroughputMeter.Contender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThroughputMeterTest {

  private static ThroughputMeter meter(LongSupplier clock) {
    return new ThroughputMeter(() -> false, clock);
  }

  private static Contender contender(LoadedModel model, String input, int workers, int batchSize)
      throws InvalidInputException {
    return new Contender(
        model,
        model.prepare(input.getBytes(StandardCharsets.UTF_8)),
        new Tuning(workers, batchSize, EngineThreads.ENGINE_CHOICE, false));
  }

  /** Five rounds of three calls (250 ms and more), after one call that is not measured. */
  @Test
  void measuresImagesPerSecond() throws Exception {
    TunableFake fake = new TunableFake();
    LoadedModel model = fake.load(FakeLoader.source("m", 1));

    List<Double> rates =
        meter(fake::nanoTime).imagesPerSecond(List.of(contender(model, "7", 1, 4)));

    assertThat(rates).hasSize(1);
    assertThat(rates.get(0)).isEqualTo(40, within(0.01));
    assertThat(fake.calls()).isEqualTo(16);
  }

  /** In the first two rounds everything takes three times as long; the ratio is still 2. */
  @Test
  void aSlowPhaseOfTheMachineLeavesTheRatio() throws Exception {
    TunableFake fake = new TunableFake().offer(Precision.BF16, 50, 0);
    LoadedModel exact = fake.load(FakeLoader.source("m", 1));
    LoadedModel lower =
        fake.load(
            FakeLoader.source("m", 1),
            exact.tuning().orElseThrow(),
            fake.precisions(FakeLoader.source("m", 1)).get(1));
    fake.slowUntil(8); // Two calls before, then 1 and 2 calls a round.

    List<Double> rates =
        meter(fake::nanoTime)
            .imagesPerSecond(List.of(contender(exact, "7", 1, 4), contender(lower, "7", 1, 4)));

    assertThat(rates.get(0)).isEqualTo(40, within(0.01));
    assertThat(rates.get(1)).isEqualTo(80, within(0.01));
  }

  @Test
  void slowModelsRunOncePerWorkerAndRound() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1));
    AtomicLong hours = new AtomicLong();

    meter(() -> hours.addAndGet(3_600_000_000_000L))
        .imagesPerSecond(List.of(contender(model, "7", 3, 2)));

    assertThat(model.batchSizes()).hasSizeGreaterThanOrEqualTo(16).containsOnly(2);
  }

  @Test
  @Timeout(30)
  void workersRunInParallel() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1)).hold();
    Contender contender = contender(model, "7", 2, 1);
    Thread measuring =
        new Thread(
            () -> {
              try {
                meter(System::nanoTime).imagesPerSecond(List.of(contender));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    measuring.start();
    model.awaitCall();
    model.release(1); // The call before the measurement.

    model.awaitCall();
    model.awaitCall(); // Both workers are in the engine.

    model.release(1_000_000);
    measuring.join();
  }

  @Test
  void passesOnTheModelsFailure() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1));
    Contender contender = contender(model, "crash", 1, 1);

    assertThatThrownBy(() -> meter(System::nanoTime).imagesPerSecond(List.of(contender)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stopsWhenItIsGivenUp() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1));
    Contender contender = contender(model, "7", 1, 1);
    ThroughputMeter meter = new ThroughputMeter(() -> true, System::nanoTime);

    assertThatThrownBy(() -> meter.imagesPerSecond(List.of(contender)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("given up");
  }
}
