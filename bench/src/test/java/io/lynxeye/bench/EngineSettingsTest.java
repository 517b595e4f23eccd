package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.Tuning;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EngineSettingsTest {

  @Test
  void whatIsNotSaidIsTheServersOwnChoice() {
    assertThat(parse().ofServe()).containsExactly("--device", "auto");
  }

  @Test
  void whatIsSaidGoesToBoth() {
    EngineSettings settings =
        parse("--workers=2", "--intra-op-threads=1", "--server-option=--queue-capacity=64");

    assertThat(settings.ofServe())
        .containsExactly(
            "--device",
            "auto",
            "--workers",
            "2",
            "--intra-op-threads",
            "1",
            "--inter-op-threads",
            "0",
            "--queue-capacity=64");
    assertThat(settings.workers()).isEqualTo(2);
    assertThat(settings.fixed().threads()).contains(new EngineThreads(1, 0));
  }

  @Test
  void whatWasFoundOutHereIsToldTheServer() {
    EngineSettings settings = parse("--batch-size=3");

    settings.settle(Optional.of(new Tuning(2, 3, new EngineThreads(1, 2))));

    assertThat(String.join(" ", settings.ofServe()))
        .isEqualTo(
            "--device auto --batch-size 3 --workers 2 --intra-op-threads 1 --inter-op-threads 2");
    assertThat(settings.batchSize()).isEqualTo(3);
  }

  private static EngineSettings parse(String... arguments) {
    StoreOptions options = new StoreOptions();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
        .parseArgs(arguments);
    return options.engine;
  }
}
