package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.Precision;
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
  private static final Tuning RULE = new Tuning(2, 4, new EngineThreads(2, 2), false);

  @TempDir private Path folder;
  private final TunableFake fake = new TunableFake();
  private final AtomicBoolean quiet = new AtomicBoolean(true);
  private final AtomicBoolean givenUp = new AtomicBoolean();
  private final AtomicBoolean interrupts = new AtomicBoolean();
  private String image = "7";
  private boolean measures = true;

  private LoadedModel load(FixedSettings fixed, ModelSource source) throws Exception {
    return loader(fixed).load(source);
  }

  private TunedLoader loader(FixedSettings fixed) {
    Tuner tuner =
        new Tuner(
            fake,
            new MeasurementCache(folder),
            "a machine",
            new SettingsRule(2),
            List.of(image.getBytes(StandardCharsets.UTF_8)),
            givenUp::get,
            fake::nanoTime);
    TuningRun tuning =
        (model, server, checked) -> {
          if (checked.isPresent() || !interrupts.get()) {
            new InProcessTuning(tuner).run(model, server, checked);
          }
        };
    Optional<TuningRun> run = measures ? Optional.of(tuning) : Optional.empty();
    return new TunedLoader(fake, tuner, fixed, quiet::get, run);
  }

  private LoadedModel load() throws Exception {
    return load(FixedSettings.NONE, SOURCE);
  }

  private String precision() throws Exception {
    try (LoadedModel model = load()) {
      return model.description().precision();
    }
  }

  private List<Path> kept() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aSinglePrecisionNeedsNoMeasurement() throws Exception {
    LoadedModel model = load();

    assertThat(model.tuning()).contains(RULE);
    assertThat(model.description().precision()).isEqualTo("fp32: offered");
    assertThat(fake.calls()).isZero();
    assertThat(kept()).isEmpty();
  }

  /** 100 and 50 ms for a call of 4 images on each of two workers. */
  @Test
  void theFasterPrecisionThatStaysAccurateIsMeasuredOnceAndUsed() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f);

    assertThat(precision())
        .startsWith("bf16: 2.00 times as fast as fp32 here (")
        .endsWith(" images/s); no score of the sample images changes by more than 0.0100");
    int calls = fake.calls();
    int loads = fake.loads().size();
    assertThat(precision()).startsWith("bf16: 2.00 times");

    assertThat(fake.calls()).isEqualTo(calls);
    assertThat(fake.loads())
        .hasSize(loads + 1)
        .last()
        .isEqualTo(new TunableFake.Loaded(Precision.BF16, RULE));
  }

  @Test
  void aFasterPrecisionThatChangesTheScoresIsNotUsed() throws Exception {
    fake.offer(Precision.BF16, 50, 0.06f);

    assertThat(precision())
        .isEqualTo(
            "fp32: bf16 is faster, but a score of sample image 1 would change by 0.060, more than"
                + " 0.05");
  }

  @Test
  void aPrecisionThatIsNotFasterIsNotUsed() throws Exception {
    fake.offer(Precision.BF16, 95, 0);

    assertThat(precision()).startsWith("fp32: the fastest here of fp32 ");
  }

  /** Its agreement is in its own report, which the loader has accepted. */
  @Test
  void int8NeedsNoCheckOnTheSamples() throws Exception {
    fake.offer(Precision.BF16, 50, 0).offer(Precision.INT8, 30, 0.3f);

    assertThat(precision()).startsWith("int8: 3.33 times as fast").endsWith("; offered");
  }

  @Test
  void aNewVersionIsCheckedButNotMeasuredEvenUnderLoad() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f);
    load().close();
    int files = kept().size();
    int calls = fake.calls();
    quiet.set(false);

    LoadedModel next = load(FixedSettings.NONE, FakeLoader.source("m", 2, Map.of("topK", "3")));

    assertThat(next.description().precision()).startsWith("bf16: ");
    assertThat(fake.calls()).isEqualTo(calls + 2); // The sample image in both precisions.
    assertThat(kept()).hasSize(files + 1);
  }

  /** Its size is another than that of the other version, so that its speed is not known. */
  @Test
  void aVersionThatCannotBeMeasuredRunsAsTheOtherOne() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f);
    TunedLoader loader = loader(FixedSettings.NONE);
    loader.load(SOURCE).close();
    int files = kept().size();
    int calls = fake.calls();
    quiet.set(false);
    fake.resize(200L << 20);

    LoadedModel next = loader.load(FakeLoader.source("m", 2, Map.of("topK", "3")));

    assertThat(next.description().precision())
        .startsWith(
            "bf16: not measured, because requests were in flight, but another version is 2.00"
                + " times as fast as fp32")
        .endsWith("no score of the sample images changes by more than 0.0100");
    assertThat(fake.calls()).isEqualTo(calls + 2); // The sample image in both precisions.
    assertThat(kept()).hasSize(files + 1); // What the check found, and no speed.
  }

  /** Requests are in flight: each load of a precision takes memory and cores from them. */
  @Test
  void aCheckLoadsOnlyWhatItCompares() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f).offer(Precision.INT8, 90, 0);
    TunedLoader loader = loader(FixedSettings.NONE);
    loader.load(SOURCE).close();
    int loads = fake.loads().size();
    quiet.set(false);
    fake.resize(200L << 20);

    loader.load(FakeLoader.source("m", 2, Map.of("topK", "3"))).close();

    assertThat(fake.loads().stream().skip(loads).map(TunableFake.Loaded::precision))
        .containsExactly(Precision.FP32, Precision.BF16, Precision.BF16); // The last one serves.
  }

  /** Requests arrive while it is measured. */
  @Test
  void aVersionWhoseMeasurementIsInterruptedRunsAsTheOtherOne() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f);
    TunedLoader loader = loader(FixedSettings.NONE);
    loader.load(SOURCE).close();
    interrupts.set(true);
    fake.resize(200L << 20);

    LoadedModel next = loader.load(FakeLoader.source("m", 2, Map.of("topK", "3")));

    assertThat(next.description().precision())
        .startsWith("bf16: the measurement did not succeed, but another version is 2.00 times");
  }

  @Test
  void aVersionThatCannotBeMeasuredIsNotUsedInaccurately() throws Exception {
    fake.offer(Precision.BF16, 50, 0.01f);
    TunedLoader loader = loader(FixedSettings.NONE);
    loader.load(SOURCE).close();
    quiet.set(false);
    fake.resize(200L << 20).change(Precision.BF16, 0.06f);

    LoadedModel next = loader.load(FakeLoader.source("m", 2, Map.of("topK", "3")));

    assertThat(next.description().precision()).startsWith("fp32: bf16 is faster, but a score");
  }

  /** For example, because there was no memory: the next start tries again. */
  @Test
  void aMeasurementThatFailsIsNotKept() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    image = "crash";

    assertThat(precision()).isEqualTo("fp32: the measurement did not succeed");
    assertThat(kept()).isEmpty();

    image = "7";
    assertThat(precision()).startsWith("bf16: ");
  }

  @Test
  void onlyTheModelThatServesStaysOpen() throws Exception {
    fake.offer(Precision.BF16, 50, 0);

    LoadedModel model = load();

    assertThat(fake.open()).isEqualTo(1);
    model.close();
    assertThat(fake.open()).isZero();
  }

  @Test
  void theManifestPrecedesTheServerAndBothPrecedeTheRule() throws Exception {
    FixedSettings server =
        new FixedSettings(OptionalInt.of(3), OptionalInt.of(5), Optional.empty(), Optional.empty());

    Tuning tuning =
        load(server, FakeLoader.source("m", 1, Map.of("batch_size", "6"))).tuning().orElseThrow();

    assertThat(tuning).isEqualTo(new Tuning(3, 6, new EngineThreads(2, 2), false));
  }

  @Test
  void measuresNothingWhileRequestsAreInFlight() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    quiet.set(false);

    assertThat(precision()).isEqualTo("fp32: not measured, because requests were in flight");
    assertThat(fake.calls()).isZero();
    assertThat(kept()).isEmpty();
  }

  @Test
  void measuresNothingIfThatIsSwitchedOff() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    measures = false;

    assertThat(precision()).isEqualTo("fp32: nothing is measured (--tuning off)");
    assertThat(fake.calls()).isZero();
  }

  @Test
  void aModelWithACustomTranslatorIsNotMeasured() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    fake.untunable();

    assertThat(precision()).isEqualTo("fp32: it takes no sample image to measure with");
    assertThat(fake.calls()).isZero();
    assertThat(fake.loads()).hasSize(2); // One of them in the run that found this out.
  }

  @Test
  void aModelThatRejectsTheImageIsServedAndNotMeasuredAgain() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    image = "bad";

    assertThat(precision()).isEqualTo("fp32: it takes no sample image to measure with");
    int loads = fake.loads().size();
    assertThat(precision()).isEqualTo("fp32: it takes no sample image to measure with");

    assertThat(fake.loads()).hasSize(loads + 1);
    assertThat(fake.open()).isZero();
  }

  @Test
  void aDamagedResultCausesAnotherMeasurement() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    load().close();
    for (Path file : kept()) {
      Files.writeString(file, "fp32=none");
    }
    int calls = fake.calls();

    assertThat(precision()).startsWith("bf16: ");
    assertThat(fake.calls()).isGreaterThan(calls + 2);
  }

  @Test
  void aReadOnlyFolderIsNotAFailure() throws Exception {
    fake.offer(Precision.BF16, 50, 0);
    folder = Files.writeString(folder.resolve("file"), "").resolve("tuning");

    assertThat(precision()).startsWith("fp32: ");
  }

  @Test
  void aStopEndsTheMeasurementAndClosesEveryModel() {
    fake.offer(Precision.BF16, 50, 0);
    givenUp.set(true);

    assertThatThrownBy(this::load)
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("the server is stopping");
    assertThat(fake.open()).isZero();
  }
}
