package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thread pools and precision of single sessions, on the real ResNet50. */
@Tag("engine")
class SessionEngineTest {

  private static final byte[] LYNX = EngineRing.sample("lynx");

  private static ModelSource source() {
    EngineRing.get(); // Which imports it.
    return EngineRing.source(EngineRing.PIXELS);
  }

  private static ModelSource with(String precision) {
    EngineRing.get(); // Which imports it.
    return EngineRing.source(EngineRing.PIXELS, precision);
  }

  private static LoadedModel load(EngineThreads threads) throws Exception {
    return EngineRing.get().loader().load(source(), threads);
  }

  @Test
  void eachSessionOfAModelHasItsOwnThreadPool() throws Exception {
    try (LoadedModel all = load(EngineThreads.ENGINE_CHOICE);
        LoadedModel few = load(new EngineThreads(3, 2))) {
      float[] there = EngineRing.score(all, LYNX);
      long before = threads();
      try (LoadedModel many = load(new EngineThreads(40, 2))) {
        assertThat(EngineRing.score(many, LYNX)[287]).isEqualTo(there[287], within(1e-5f));
        assertThat(threads()).isGreaterThanOrEqualTo(before + 40);
      }
      assertThat(EngineRing.score(few, LYNX)[287]).isEqualTo(there[287], within(1e-5f));
    }
  }

  /** Returns the number of native threads of this process. */
  private static long threads() throws Exception {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }

  @Test
  void bf16RunsIfTheProcessorSupportsItAndIsRefusedOtherwise() throws Exception {
    EngineLoader loader = EngineRing.get().loader();
    if (Cpu.ofThisMachine().canBfloat16() && !EngineRing.get().engine().device().isGpu()) {
      try (LoadedModel lower = loader.load(with("bf16"))) {
        assertThat(EngineRing.score(lower, LYNX)[287]).isEqualTo(0.974f, within(0.06f));
        assertThat(lower.description().precision()).startsWith("bf16: the manifest says so");
      }
    } else {
      assertThatThrownBy(() -> loader.load(with("bf16")))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("use precision=auto");
    }
  }

  /** The precision check on a processor that reports matrix units: the model scores either way. */
  @Test
  void autoChecksTheModelAndServesItEitherWay() throws Exception {
    TensorFlowLoader loader =
        new TensorFlowLoader(
            EngineRing.get().engine(),
            new ImageDecoder(DecodeLimits.defaults()),
            new Cpu("claims", Set.of("avx512f", "amx_bf16")),
            List.of(LYNX));

    try (LoadedModel model = loader.load(with("auto"))) {
      assertThat(EngineRing.score(model, LYNX)[287]).isEqualTo(0.974f, within(0.06f));
      assertThat(model.description().precision())
          .containsAnyOf("sample images pass the check", "the model failed the check");
    }
    try (LoadedModel model = loader.load(with("fp32"))) {
      assertThat(model.description().precision()).isEqualTo("fp32: the manifest says so");
    }
  }
}
