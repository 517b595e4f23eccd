package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.model.ModelSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunedLoaderTest {

  private static final ModelSource SOURCE = FakeLoader.source("m", 1);

  @TempDir private Path folder;
  private final TunableFake fake = new TunableFake();
  private final AtomicBoolean quiet = new AtomicBoolean(true);
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private byte[] image = bytes("7");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private TunedLoader loader(FixedSettings fixed) {
    Tuner tuner = new Tuner("a machine", 2, 8, image, givenUp::get, fake::nanoTime);
    TuningCache cache = new TuningCache(folder);
    InProcessTuning run = new InProcessTuning(fake, cache, tuner);
    return new TunedLoader(fake, cache, tuner, fixed, quiet::get, run);
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void benchmarksTheFirstTimeAndStoresTheResult() throws Exception {
    Tuning found = loader(FixedSettings.NONE).load(SOURCE).tuning().orElseThrow();
    int loads = fake.loads().size();
    Tuning again = loader(FixedSettings.NONE).load(SOURCE).tuning().orElseThrow();

    assertThat(again).isEqualTo(found);
    assertThat(fake.loads()).hasSize(loads + 1).last().isEqualTo(found.threads());
    assertThat(kept()).hasSize(1);
    assertThat(kept().get(0)).content().contains("a machine", "measured=1 x 1\\: ");
  }

  @Test
  void onlyTheBestSessionStaysOpen() throws Exception {
    LoadedModel model = loader(FixedSettings.NONE).load(SOURCE);

    assertThat(fake.open()).isEqualTo(1);
    model.close();
    assertThat(fake.open()).isZero();
  }

  @Test
  void theManifestPrecedesTheServerAndBothPrecedeABenchmark() throws Exception {
    FixedSettings server =
        new FixedSettings(OptionalInt.of(3), OptionalInt.of(5), Optional.empty());
    ModelSource source = FakeLoader.source("m", 1, Map.of("batch_size", "6"));

    Tuning tuning = loader(server).load(source).tuning().orElseThrow();

    assertThat(tuning.workers()).isEqualTo(3);
    assertThat(tuning.maxBatchSize()).isEqualTo(6);
  }

  @Test
  void runsNoBenchmarkIfAllSettingsAreGiven() throws Exception {
    EngineThreads threads = new EngineThreads(1, 1);
    FixedSettings all =
        new FixedSettings(OptionalInt.of(3), OptionalInt.of(5), Optional.of(threads));

    Tuning tuning = loader(all).load(SOURCE).tuning().orElseThrow();

    assertThat(tuning).isEqualTo(new Tuning(3, 5, threads));
    assertThat(fake.calls()).isZero();
  }

  @Test
  void runsNoBenchmarkWhileRequestsAreInFlight() throws Exception {
    quiet.set(false);

    Tuning tuning = loader(FixedSettings.NONE).load(SOURCE).tuning().orElseThrow();

    assertThat(tuning).isEqualTo(new Tuning(1, 8, EngineThreads.ENGINE_CHOICE));
    assertThat(fake.calls()).isZero();
    assertThat(kept()).isEmpty();
  }

  @Test
  void aModelWithACustomTranslatorIsNotBenchmarked() throws Exception {
    fake.untunable();

    assertThat(loader(FixedSettings.NONE).load(SOURCE).tuning()).isEmpty();
    assertThat(fake.calls()).isZero();
    assertThat(fake.loads()).hasSize(1);
  }

  @Test
  void aModelThatRejectsTheImageIsServedWithoutABenchmark() throws Exception {
    image = bytes("bad");

    Tuning tuning = loader(FixedSettings.NONE).load(SOURCE).tuning().orElseThrow();

    assertThat(tuning).isEqualTo(new Tuning(1, 8, EngineThreads.ENGINE_CHOICE));
    assertThat(kept().get(0))
        .content()
        .contains("could not be measured"); // So it is not tried again.
    assertThat(fake.open()).isEqualTo(1);
  }

  @Test
  void aDamagedResultFileCausesAnotherBenchmark() throws Exception {
    Tuning found = loader(FixedSettings.NONE).load(SOURCE).tuning().orElseThrow();
    Files.writeString(kept().get(0), "workers=none");
    int calls = fake.calls();

    assertThat(loader(FixedSettings.NONE).load(SOURCE).tuning()).contains(found);
    assertThat(fake.calls()).isGreaterThan(calls);
  }

  @Test
  void aReadOnlyFolderIsNotAFailure() throws Exception {
    folder = Files.writeString(folder.resolve("file"), "").resolve("tuning");

    assertThat(loader(FixedSettings.NONE).load(SOURCE).tuning()).isPresent();
  }

  @Test
  void aStopAbortsTheBenchmarkAndClosesEverySession() {
    givenUp.set(true);

    assertThatThrownBy(() -> loader(FixedSettings.NONE).load(SOURCE))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("the server is stopping");
    assertThat(fake.open()).isZero();
  }
}
