package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelId;
import org.junit.jupiter.api.Test;

/** Figures of a ResNet50 of 98 MB in a process that uses 300 MB, whose heap may grow by 400 MB. */
class MemoryLimitTest {

  private static final ModelId MODEL = new ModelId("resnet50", 1);
  private static final long MB = 1 << 20;

  private static MemoryLimit limit(long megabytes) {
    return new MemoryLimit(() -> new MemoryLimit.Figures(megabytes * MB, 300 * MB, 400 * MB));
  }

  @Test
  void enoughMemoryIsNotMentioned() throws Exception {
    assertThat(limit(300 + 400 + 2 * 98).check(MODEL, 98 * MB)).isEmpty();
  }

  @Test
  void memoryThatMayNotSufficeIsAWarningWithFiguresAndCure() throws Exception {
    assertThat(limit(300 + 400 + 2 * 98 - 1).check(MODEL, 98 * MB))
        .hasValueSatisfying(
            warning ->
                assertThat(warning)
                    .startsWith(
                        "resnet50/1 may need more memory than there is: about 896 MB in all")
                    .contains("196 MB for the model", "of 895 MB", "lower LYNXEYE_HEAP"));
  }

  @Test
  void memoryThatCannotSufficeIsAFailureBeforeTheKernelKills() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> limit(300 + 97).check(MODEL, 98 * MB))
        .withMessageStartingWith(
            "it has 98 MB, this process uses 300 MB already, and may use 397 MB in all");
  }

  /** Of this process: a limit there is, and a model of one byte fits. */
  @Test
  void theFiguresOfThisProcessAreRead() throws Exception {
    assertThat(MemoryLimit.ofThisProcess().check(MODEL, 1)).isNotNull();
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> MemoryLimit.ofThisProcess().check(MODEL, Long.MAX_VALUE / 4));
  }
}
