package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The choices behind docs/performance.md, "Settings by a rule". */
class SettingsRuleTest {

  private static final long LIGHT = 14L << 20; // MobileNetV2
  private static final long HEAVY = 98L << 20; // ResNet50 in float32

  private static Tuning on(int cores, long modelBytes) {
    return new SettingsRule(cores, false).of(modelBytes);
  }

  @Test
  void callsOfAHeavyModelOverlapInOneSessionOnTwoCores() {
    assertThat(on(2, HEAVY)).isEqualTo(new Tuning(2, 4, EngineThreads.ENGINE_CHOICE, false));
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
    assertThat(on(1, LIGHT)).isEqualTo(new Tuning(1, 4, EngineThreads.ENGINE_CHOICE, false));
  }

  @Test
  void aGpuRunsTwoCallsOfLargeBatches() {
    assertThat(new SettingsRule(16, true).of(LIGHT))
        .isEqualTo(new Tuning(2, 32, EngineThreads.ENGINE_CHOICE, false));
  }

  @Test
  void givenSettingsPrecedeTheRuleAndGivenThreadsHoldForAllCalls() {
    Tuning rule = on(2, LIGHT);
    EngineThreads threads = new EngineThreads(2, 1);

    assertThat(fixed(Optional.empty(), Optional.empty()).over(rule))
        .isEqualTo(new Tuning(3, 4, new EngineThreads(1, 2), true));
    assertThat(fixed(Optional.of(threads), Optional.empty()).over(rule))
        .isEqualTo(new Tuning(3, 4, threads, false));
    assertThat(fixed(Optional.of(threads), Optional.of(true)).over(rule).soloSession()).isTrue();
    assertThat(fixed(Optional.empty(), Optional.of(false)).over(rule).soloSession()).isFalse();
  }

  private static FixedSettings fixed(Optional<EngineThreads> threads, Optional<Boolean> solo) {
    return new FixedSettings(OptionalInt.of(3), OptionalInt.empty(), threads, solo);
  }

  @Test
  void theOptionsReproduceTheSettings() {
    assertThat(on(2, LIGHT).options())
        .isEqualTo(
            "--workers 2 --batch-size 4 --intra-op-threads 1 --inter-op-threads 2 --solo-session on");
  }
}
