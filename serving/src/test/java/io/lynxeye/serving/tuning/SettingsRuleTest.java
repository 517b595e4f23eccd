package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.Precision;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The choices of decision 75. */
class SettingsRuleTest {

  private static final long LIGHT = 14L << 20; // MobileNetV2
  private static final long HEAVY = 98L << 20; // ResNet50 in float32

  private static Tuning on(int cores, long modelBytes) {
    return on(cores, modelBytes, OptionalInt.empty());
  }

  private static Tuning on(int cores, long modelBytes, OptionalInt workers) {
    return new SettingsRule(cores).of(model(modelBytes, false), workers);
  }

  private static PrecisionOption model(long bytes, boolean isOnGpu) {
    return new PrecisionOption(Precision.FP32, "", bytes, isOnGpu);
  }

  @Test
  void callsOfAHeavyModelOverlapInOneSessionOnTwoCores() {
    assertThat(on(2, HEAVY)).isEqualTo(new Tuning(2, 4, new EngineThreads(2, 2), false));
    assertThat(on(3, HEAVY).soloSession()).isFalse();
  }

  @Test
  void callsOfALightModelHaveOneThreadEachAndASecondSessionForOneAlone() {
    assertThat(on(2, LIGHT)).isEqualTo(new Tuning(2, 4, new EngineThreads(1, 2), true));
    assertThat(on(2, 64L << 20).soloSession()).isTrue();
    assertThat(on(2, (64L << 20) + 1).soloSession()).isFalse();
  }

  @Test
  void onSeveralCoresEveryModelHasTwoSessions() {
    assertThat(on(4, HEAVY)).isEqualTo(new Tuning(4, 4, new EngineThreads(1, 4), true));
    assertThat(on(15, HEAVY)).isEqualTo(new Tuning(15, 4, new EngineThreads(1, 15), true));
  }

  @Test
  void onManyCoresACallHasFourThreads() {
    assertThat(on(16, HEAVY)).isEqualTo(new Tuning(4, 4, new EngineThreads(4, 4), true));
    assertThat(on(96, LIGHT)).isEqualTo(new Tuning(24, 4, new EngineThreads(4, 24), true));
  }

  @Test
  void aSingleCoreRunsOneCallAtATime() {
    assertThat(on(1, LIGHT)).isEqualTo(new Tuning(1, 4, new EngineThreads(1, 1), false));
  }

  @Test
  void aGpuRunsTwoCallsOfLargeBatches() {
    assertThat(new SettingsRule(16).of(model(LIGHT, true), OptionalInt.empty()))
        .isEqualTo(new Tuning(2, 32, EngineThreads.ENGINE_CHOICE, false));
  }

  @Test
  void givenWorkersShareOutTheThreads() {
    assertThat(on(64, HEAVY, OptionalInt.of(2)))
        .isEqualTo(new Tuning(2, 4, new EngineThreads(32, 2), true));
    assertThat(on(4, LIGHT, OptionalInt.of(9)))
        .isEqualTo(new Tuning(9, 4, new EngineThreads(1, 9), true));
    assertThat(on(8, LIGHT, OptionalInt.of(1)))
        .isEqualTo(new Tuning(1, 4, new EngineThreads(8, 1), false));
    assertThat(on(2, HEAVY, OptionalInt.of(3)))
        .isEqualTo(new Tuning(3, 4, new EngineThreads(2, 2), false));
  }

  @Test
  void givenSettingsPrecedeTheRuleAndGivenThreadsHoldForAllCalls() {
    EngineThreads threads = new EngineThreads(2, 1);

    assertThat(given(Optional.empty(), Optional.empty()))
        .isEqualTo(new Tuning(2, 7, new EngineThreads(1, 2), true));
    assertThat(given(Optional.of(threads), Optional.empty()))
        .isEqualTo(new Tuning(2, 7, threads, false));
    assertThat(given(Optional.of(threads), Optional.of(true)).soloSession()).isTrue();
    assertThat(given(Optional.empty(), Optional.of(false)).soloSession()).isFalse();
  }

  private static Tuning given(Optional<EngineThreads> threads, Optional<Boolean> solo) {
    return new FixedSettings(OptionalInt.empty(), OptionalInt.of(7), threads, solo)
        .over(new SettingsRule(2), model(LIGHT, false));
  }

  @Test
  void theOptionsReproduceTheSettings() {
    assertThat(on(2, LIGHT).options())
        .isEqualTo(
            "--workers 2 --batch-size 4 --intra-op-threads 1 --inter-op-threads 2 --solo-session on");
  }
}
