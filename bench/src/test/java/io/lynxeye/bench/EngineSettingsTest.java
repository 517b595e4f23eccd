package io.lynxeye.bench;

import static org.assertj.core.api.Assertions.assertThat;

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
            "--device", "auto", "--workers", "2", "--intra-op-threads", "1", "--queue-capacity=64");
    assertThat(settings.workers()).isEqualTo(2);
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
