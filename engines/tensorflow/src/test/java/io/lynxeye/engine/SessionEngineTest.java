package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.engine.device.Cpu;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return load(source(), new Tuning(1, 1, threads, false));
  }

  private static LoadedModel load(ModelSource source, Tuning tuning) throws Exception {
    EngineLoader loader = EngineRing.get().loader();
    return loader.load(source, tuning, loader.precisions(source).get(0));
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

  /** The second session answers a call alone, and its warm-up reaches both. */
  @Test
  void aSoloSessionGivesTheSameScores() throws Exception {
    Tuning tuning = new Tuning(2, 4, new EngineThreads(1, 2), true);
    try (LoadedModel one = load(source(), tuning.withoutSoloSession())) {
      float[] expected = EngineRing.score(one, LYNX);
      long before = threads();
      try (LoadedModel two = load(source(), tuning)) {
        two.warmUp(1);
        assertThat(two.tuning()).contains(tuning);
        assertThat(EngineRing.score(two, LYNX)).containsExactly(expected, within(1e-5f));
        assertThat(threads()).isGreaterThan(before);
      }
    }
  }

  /** Without a measurement, auto is float32. */
  @Test
  void autoIsFloat32UntilItIsMeasured() throws Exception {
    try (LoadedModel model = EngineRing.get().loader().load(with("auto"))) {
      assertThat(model.description().precision()).startsWith("fp32: ");
    }
    try (LoadedModel model = EngineRing.get().loader().load(with("fp32"))) {
      assertThat(model.description().precision()).isEqualTo("fp32: the manifest says so");
    }
  }
}
