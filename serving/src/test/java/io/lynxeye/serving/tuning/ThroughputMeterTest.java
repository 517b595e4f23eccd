package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThroughputMeterTest {

  private static final byte[] SEVEN = "7".getBytes(StandardCharsets.UTF_8);

  /** 100 ms per call of four images, on one worker, after one call that is not measured. */
  @Test
  void measuresImagesPerSecond() throws Exception {
    TunableFake fake = new TunableFake();
    LoadedModel model = fake.load(FakeLoader.source("m", 1));

    double rate =
        new ThroughputMeter(fake::nanoTime).imagesPerSecond(model, model.prepare(SEVEN), 1, 4);

    assertThat(rate).isEqualTo(40, within(0.01));
    assertThat(fake.calls()).isEqualTo(11);
  }

  /** The second of the two runs is slowed down. */
  @Test
  void theBetterRunIsUsed() throws Exception {
    TunableFake fake = new TunableFake();
    fake.disturbFrom(8);
    LoadedModel model = fake.load(FakeLoader.source("m", 1));

    double rate =
        new ThroughputMeter(fake::nanoTime).imagesPerSecond(model, model.prepare(SEVEN), 1, 4);

    assertThat(rate).isEqualTo(40, within(0.01));
  }

  @Test
  void slowModelsRunTwicePerWorkerAndRun() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1));
    AtomicLong hours = new AtomicLong();

    new ThroughputMeter(() -> hours.addAndGet(3_600_000_000_000L))
        .imagesPerSecond(model, model.prepare(SEVEN), 3, 2);

    assertThat(model.batchSizes()).hasSizeGreaterThanOrEqualTo(13).containsOnly(2);
  }

  @Test
  @Timeout(30)
  void workersRunInParallel() throws Exception {
    FakeModel model = new FakeModel(new ModelId("m", 1)).hold();
    Thread measuring =
        new Thread(
            () -> {
              try {
                new ThroughputMeter(System::nanoTime)
                    .imagesPerSecond(model, model.prepare(SEVEN), 2, 1);
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

    assertThatThrownBy(
            () ->
                new ThroughputMeter(System::nanoTime)
                    .imagesPerSecond(
                        model, model.prepare("crash".getBytes(StandardCharsets.UTF_8)), 1, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
