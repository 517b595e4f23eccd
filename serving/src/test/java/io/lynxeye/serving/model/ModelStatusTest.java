package io.lynxeye.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelStatusTest {

  private static final ModelId ID = new ModelId("m", 1);
  private static final Instant LATER = Instant.EPOCH.plusSeconds(1);

  @ParameterizedTest
  @CsvSource(
      nullValues = "nothing",
      value = {
        "START, LOADING STOPPED",
        "LOADING, AVAILABLE SHADOW CANARY END",
        "AVAILABLE, SHADOW CANARY UNLOADING",
        "SHADOW, AVAILABLE CANARY UNLOADING",
        "CANARY, AVAILABLE SHADOW UNLOADING",
        "UNLOADING, END",
        "END, STOPPED",
        "STOPPED, nothing"
      })
  void eachStateAllowsOnlyItsTransitions(ModelState state, String moves) {
    List<String> allowed = moves == null ? List.of() : List.of(moves.split(" "));

    assertThat(Arrays.stream(ModelState.values()).filter(state::mayBecome).map(Enum::name))
        .containsExactlyElementsOf(allowed);
  }

  @Test
  void passesThroughAllStates() {
    ModelStatus status = ModelStatus.start(ID, Instant.EPOCH);
    assertThat(status.state()).isEqualTo(ModelState.START);

    status = status.to(ModelState.LOADING, Instant.EPOCH).to(ModelState.AVAILABLE, LATER);

    assertThat(status.state()).isEqualTo(ModelState.AVAILABLE);
    assertThat(status.since()).isEqualTo(LATER);
    assertThat(status.isFailed()).isFalse();
  }

  @Test
  void refusesAnInvalidTransition() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ModelStatus.start(ID, LATER).to(ModelState.AVAILABLE, LATER))
        .withMessage("m/1 cannot go from START to AVAILABLE");
  }

  @Test
  void aFailedLoadHasItsReason() {
    ModelStatus failed =
        ModelStatus.start(ID, Instant.EPOCH)
            .to(ModelState.LOADING, Instant.EPOCH)
            .failed("its graph is cut off", LATER);

    assertThat(failed.state()).isEqualTo(ModelState.END);
    assertThat(failed.failure()).contains("its graph is cut off");
    assertThat(failed.isFailed()).isTrue();
  }
}
