package io.lynxeye.engine.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorFlowBuildTest {

  @ParameterizedTest
  @CsvSource({
    "cpu, amd64, CPU_X86_64",
    "cpu, aarch64, CPU_ARM64",
    "cuda, amd64, CUDA",
  })
  void followsTheLauncherAndTheProcessor(String choice, String arch, TensorFlowBuild expected) {
    assertThat(TensorFlowBuild.of(choice, arch)).isEqualTo(expected);
  }

  @Test
  void onlyOneBuildUsesGpus() {
    assertThat(TensorFlowBuild.values())
        .filteredOn(TensorFlowBuild::usesGpus)
        .containsExactly(TensorFlowBuild.CUDA);
  }

  @ParameterizedTest
  @EnumSource
  void everyBuildHasAFolderOfItsOwn(TensorFlowBuild build, @TempDir Path cache) {
    assertThat(build.in(cache).folder().getParent()).isEqualTo(cache.resolve("natives"));
    assertThat(TensorFlowBuild.values())
        .filteredOn(other -> other.in(cache).folder().equals(build.in(cache).folder()))
        .hasSize(1);
  }

  /** The tests run with the build for CPUs of this processor. */
  @Test
  void theClassPathHasTheBuildOfThisProcess(@TempDir Path cache) {
    assertThat(TensorFlowBuild.ofThisProcess().in(cache).isOnClassPath()).isTrue();
  }
}
