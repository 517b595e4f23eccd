package io.lynxeye.serving.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.manifest.Precision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecisionSpeedsTest {

  private static final PrecisionOption FP32 = option(Precision.FP32);
  private static final PrecisionOption BF16 = option(Precision.BF16);
  private static final PrecisionOption INT8 = option(Precision.INT8);

  private static PrecisionOption option(Precision precision) {
    return new PrecisionOption(precision, "", 0, false);
  }

  private static PrecisionSpeeds speeds(double fp32, double bf16, double int8) {
    return new PrecisionSpeeds(
        Map.of(Precision.FP32, fp32, Precision.BF16, bf16, Precision.INT8, int8));
  }

  @Test
  void onlyAGainOfMoreThanATenthCountsTheFastestFirst() {
    List<PrecisionOption> all = List.of(FP32, BF16, INT8);

    assertThat(speeds(10, 19, 32).faster(all)).containsExactly(INT8, BF16);
    assertThat(speeds(10, 11.1, 11).faster(all)).containsExactly(BF16);
    assertThat(speeds(10, 9, 10.9).faster(all)).isEmpty();
    assertThat(speeds(10, 19, 32).faster(List.of(FP32, BF16))).containsExactly(BF16);
  }

  @Test
  void whatCouldNotBeMeasuredHasNoFasterOption() {
    PrecisionSpeeds none = new PrecisionSpeeds(Map.of());

    assertThat(none.faster(List.of(FP32, BF16))).isEmpty();
    assertThat(none).hasToString("could not be measured");
    assertThat(PrecisionSpeeds.parse(none.facts())).contains(none);
  }

  @Test
  void factsAreReadBackAndDamagedOnesAreNot() {
    PrecisionSpeeds speeds = speeds(27.5, 51.25, 78);

    assertThat(PrecisionSpeeds.parse(speeds.facts())).contains(speeds);
    assertThat(PrecisionSpeeds.parse(Map.of("fp32", "-1"))).isEmpty();
    assertThat(PrecisionSpeeds.parse(Map.of("fp32", "NaN"))).isEmpty();
    assertThat(PrecisionSpeeds.parse(Map.of("fp32", "fast"))).isEmpty();
    assertThat(PrecisionSpeeds.parse(Map.of("for", "a key"))).isEmpty();
  }

  @Test
  void usersSeeTheRatioAndBothSpeeds() {
    assertThat(speeds(27.3, 51.3, 78).compare(BF16, FP32))
        .isEqualTo("1.88 times as fast as fp32 here (51.3 and 27.3 images/s)");
    assertThat(speeds(27.3, 51.3, 78)).hasToString("fp32 27.3, bf16 51.3, int8 78.0 images/s");
  }
}
