package io.lynxeye.quantizer.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {

  private static final float[] CAT = {0.7f, 0.2f, 0.1f};
  private static final float[] DOG = {0.3f, 0.4f, 0.3f};

  @Test
  void countsTheSameBestClassAndTheSureOnes() {
    Agreement agreement = Agreement.of(List.of(CAT, DOG), List.of(CAT, CAT), List.of(0, 1));

    assertThat(agreement.share()).isEqualTo(0.5);
    assertThat(agreement.sure()).isEqualTo(1); // DOG has 0.4 only.
    assertThat(agreement.sureSame()).isEqualTo(1);
    assertThat(agreement.maxChange()).isCloseTo(0.2, within(1e-6)); // 0.4 becomes 0.2.
    assertThat(agreement.isSureKept()).isTrue();
  }

  @Test
  void theDivergenceIsThatOfKullbackAndLeibler() {
    Agreement agreement = Agreement.of(List.of(CAT), List.of(DOG), List.of(0));
    double right = 0.7 * Math.log(0.7 / 0.3) + 0.2 * Math.log(0.5) + 0.1 * Math.log(1 / 3.0);

    assertThat(agreement.divergence()).isCloseTo(right, within(1e-6));
  }

  @Test
  void scoresThatAreNoProbabilitiesGoThroughASoftmax() {
    float[] logits = {(float) Math.log(0.7), (float) Math.log(0.2), (float) Math.log(0.1)};
    Agreement agreement = Agreement.of(List.of(CAT), List.of(logits), List.of(0));

    assertThat(agreement.divergence()).isCloseTo(0, within(1e-6));
  }

  @Test
  void scoresThatAreNotNumbersAgreeWithNothing() {
    Agreement agreement = Agreement.of(List.of(CAT), List.of(new float[0]), List.of(0));

    assertThat(agreement.share()).isZero();
    assertThat(agreement.isSureKept()).isFalse();
    assertThat(agreement.maxChange()).isEqualTo(1);
    assertThat(agreement.divergence()).isInfinite();
  }

  @Test
  void theIntervalIsWilsonsForIndependentInputs() {
    // 9 of 10: the textbook interval is 0.596 to 0.982.
    List<float[]> others = new java.util.ArrayList<>(Collections.nCopies(9, CAT));
    others.add(DOG);
    Agreement agreement =
        Agreement.of(Collections.nCopies(10, CAT), others, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));

    assertThat(agreement.lower()).isCloseTo(0.596, within(1e-3));
    assertThat(agreement.upper()).isCloseTo(0.982, within(1e-3));
  }

  @Test
  void inputsOfOneImageThatBehaveAlikeCountOnce() {
    List<float[]> exact = Collections.nCopies(20, CAT);
    List<float[]> others = new java.util.ArrayList<>(Collections.nCopies(18, CAT));
    others.addAll(Collections.nCopies(2, DOG));
    List<Integer> pairs = new java.util.ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pairs.add(i / 2);
    }
    Agreement agreement = Agreement.of(exact, others, pairs);

    assertThat(agreement.images()).isEqualTo(10);
    assertThat(agreement.lower()).isCloseTo(0.596, within(1e-3)); // As for 9 of 10.
  }
}
