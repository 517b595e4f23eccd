package io.lynxeye.bench.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class EngineOptionsTest {

  @Test
  void withoutOptionsTheServerDecides() {
    assertThat(parse().ofServe()).containsExactly("--device", "auto");
  }

  @Test
  void optionsApplyToServerAndEngine() {
    EngineOptions options =
        parse("--workers=2", "--intra-op-threads=1", "--server-option=--queue-capacity=64");

    assertThat(options.ofServe())
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
    assertThat(options.workers()).isEqualTo(2);
    assertThat(options.fixed().threads()).contains(new EngineThreads(1, 0));
  }

  @Test
  void theResultOfTheTuningGoesToTheServer() {
    EngineOptions options = parse("--batch-size=3");

    options.settle(Optional.of(new Tuning(2, 3, new EngineThreads(1, 2), true)));

    assertThat(String.join(" ", options.ofServe()))
        .isEqualTo(
            "--device auto --batch-size 3 --workers 2 --intra-op-threads 1 --inter-op-threads 2"
                + " --solo-session on");
    assertThat(options.batchSize()).isEqualTo(3);
  }

  private static EngineOptions parse(String... arguments) {
    StoreOptions options = new StoreOptions();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
        .parseArgs(arguments);
    return options.engine;
  }
}
