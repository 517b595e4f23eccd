package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.cli.Lynxeye;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.FixedSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TuningProcessTest {

  @Test
  void theCommandAcceptsTheArgumentsOfTheProcess() {
    FixedSettings fixed =
        FixedSettings.of(
            Optional.of(3),
            Optional.of(4),
            Optional.of(new EngineThreads(1, 2)),
            Optional.of(true));
    List<String> arguments =
        TuningProcess.arguments(Path.of("a cache"), "cpu", fixed, Optional.of(Precision.BF16));

    assertThat(arguments.get(0)).isEqualTo(TuningCommand.NAME);
    CommandLine.ParseResult parsed =
        Lynxeye.commandLine(Map.of()).parseArgs(arguments.toArray(String[]::new)).subcommand();
    assertThat(parsed.unmatched()).isEmpty();
    assertThat(parsed.<Optional<Integer>>matchedOptionValue("--workers", Optional.empty()))
        .contains(3);
    assertThat(parsed.<Optional<Precision>>matchedOptionValue("--check-only", Optional.empty()))
        .contains(Precision.BF16);
    assertThat(parsed.<Optional<Integer>>matchedOptionValue("--inter-op-threads", Optional.empty()))
        .contains(2);
    assertThat(parsed.<Optional<Boolean>>matchedOptionValue("--solo-session", Optional.empty()))
        .contains(true);
    assertThat(parsed.<Object>matchedOptionValue("--cache", "")).hasToString("a cache");
  }

  @Test
  void theModelIsPassedUnchanged() throws Exception {
    ModelSource source =
        new ModelSource(
            new ModelId("m", 7),
            new ModelFiles(
                Path.of("a store", "model", "7"),
                ModelFormat.SAVED_MODEL,
                "saved_model.pb",
                "a key; with = signs"),
            ModelManifest.of(Map.of("normalize", "1,2,3,4,5,6", "odd=key", " x\\ = \u00e9 ")));
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    TuningCommand.describe(source).store(sent, null);

    Properties received = new Properties();
    received.load(new ByteArrayInputStream(sent.toByteArray()));

    ModelSource arrived = TuningCommand.source(received);
    assertThat(arrived.files()).isEqualTo(source.files());
    assertThat(arrived.manifest()).isEqualTo(source.manifest());
  }

  @Test
  void aStopEndsTheMeasurement(@TempDir Path cache) {
    TuningProcess process = new TuningProcess(cache, "cpu", () -> true, () -> true);

    assertThatThrownBy(
            () -> process.run(FakeLoader.source("m", 1), FixedSettings.NONE, Optional.empty()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("the server is stopping");
  }

  /** The process would fail otherwise, and say so in its log. */
  @Test
  void aRequestEndsTheMeasurement(@TempDir Path cache) throws Exception {
    TuningProcess process = new TuningProcess(cache, "no such device", () -> false, () -> false);

    process.run(FakeLoader.source("m", 1), FixedSettings.NONE, Optional.empty());

    assertThat(cache.resolve("tuning/last.log")).isEmptyFile();
  }

  @Test
  void aRequestDoesNotEndACheck(@TempDir Path cache) throws Exception {
    TuningProcess process = new TuningProcess(cache, "no such device", () -> false, () -> false);

    process.run(FakeLoader.source("m", 1), FixedSettings.NONE, Optional.of(Precision.BF16));

    assertThat(cache.resolve("tuning/last.log")).content().contains("--device");
  }

  @Test
  void aFailedMeasurementDoesNotFailTheModel(@TempDir Path cache) throws Exception {
    TuningProcess process = new TuningProcess(cache, "no such device", () -> true, () -> false);

    process.run(FakeLoader.source("m", 1), FixedSettings.NONE, Optional.empty());

    assertThat(cache.resolve("tuning/last.log")).content().contains("--device");
  }
}
