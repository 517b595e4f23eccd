package io.lynxeye.serving.rollout.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EvidenceTest {

  static Comparison compared(TopClass serving, TopClass candidate) {
    return new Comparison(serving, Optional.of(candidate), OptionalDouble.empty());
  }

  static Comparison failed() {
    return new Comparison(new TopClass("lynx", 0.9), Optional.empty(), OptionalDouble.empty());
  }

  @Test
  void sumsWhatBothVersionsSaid() {
    Evidence evidence =
        Evidence.none()
            .plus(compared(new TopClass("lynx", 0.95), new TopClass("lynx", 0.9)))
            .plus(compared(new TopClass("lynx", 0.9), new TopClass("cat", 0.4)))
            .plus(compared(new TopClass("dog", 0.5), new TopClass("dog", 0.505)))
            .plus(failed());

    assertThat(evidence.images()).isEqualTo(4);
    assertThat(evidence.errors()).isEqualTo(new Proportion(1, 4));
    assertThat(evidence.agreement()).isEqualTo(new Proportion(2, 3));
    assertThat(evidence.sure()).isEqualTo(2);
    assertThat(evidence.sureAgreed()).isEqualTo(1);
    assertThat(evidence.changeSum()).isCloseTo(-0.05 - 0.5 + 0.005, within(1e-12));
    assertThat(evidence.changes().values()).containsOnly(1L).hasSize(3);
    assertThat(evidence.servingClasses()).isEqualTo(Map.of("lynx", 2L, "dog", 1L));
    assertThat(evidence.candidateClasses()).isEqualTo(Map.of("lynx", 1L, "cat", 1L, "dog", 1L));
  }

  @Test
  void timesCountInStepsOfOnePercentAlsoWhereTheCandidateFailed() {
    Evidence evidence = Evidence.none();
    for (double ratio : new double[] {1.0001, 1.0099, 1.0101, 0, 1e9, Double.POSITIVE_INFINITY}) {
      evidence =
          evidence.plus(
              new Comparison(new TopClass("lynx", 1), Optional.empty(), OptionalDouble.of(ratio)));
    }

    assertThat(evidence.ratios()).isEqualTo(Map.of("0", 2L, "1", 1L, "-418", 1L, "418", 2L));
  }

  @Test
  void classesAreBoundedAndTheSameForBothVersions() {
    Evidence evidence = Evidence.none();
    for (int i = 0; i < 1_000; i++) {
      evidence =
          evidence.plus(compared(new TopClass("a" + i, 0.5), new TopClass("b" + i % 300, 0.5)));
    }

    assertThat(evidence.servingClasses()).hasSize(129).containsEntry(Evidence.OTHER, 872L);
    assertThat(evidence.candidateClasses()).hasSize(129).containsKey(Evidence.OTHER);
    assertThat(evidence.candidateClasses().keySet()).doesNotContain("b128");
  }

  @Test
  void anEarlierSumStays() {
    Evidence one = Evidence.none().plus(failed());
    one.plus(failed());

    assertThat(one.images()).isEqualTo(1);
    assertThat(Evidence.none().images()).isZero();
    assertThatThrownBy(() -> one.changes().put("1", 1L))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void trueClassesSayWhichVersionWasRight() {
    Evidence evidence =
        Evidence.none()
            .plusLabel(true, true)
            .plusLabel(true, false)
            .plusLabel(true, false)
            .plusLabel(false, true)
            .plusLabel(false, false);

    assertThat(evidence.labelled()).isEqualTo(new McNemar(1, 2, 1, 1));
    assertThat(evidence.labelled().images()).isEqualTo(5);
    assertThat(evidence.labelled().lost()).isEqualTo(new Proportion(2, 3));
    assertThat(evidence.images()).isZero();
  }

  @Test
  void contradictingCountsAreRefused() {
    Map<String, Long> none = Map.of();
    Map<String, Long> one = Map.of("lynx", 1L);
    Map<String, Long> change = Map.of("5", 1L);
    McNemar labels = McNemar.NONE;
    new Evidence(1, 0, 1, 1, 1, -0.05, change, none, one, one, labels, Evidence.Callers.NONE);

    for (Runnable wrong :
        new Runnable[] {
          () ->
              new Evidence(1, 2, 0, 0, 0, 0, none, none, none, none, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(1, 0, 2, 1, 1, 0, change, none, one, one, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(1, 0, 0, 1, 1, 0, change, none, one, one, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1, 0, 1, 1, 1, -7, change, none, one, one, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1, 0, 1, 1, 1, Double.NaN, change, none, one, one, labels, Evidence.Callers.NONE),
          () -> new Evidence(1, 0, 1, 1, 1, 0, none, none, one, one, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1,
                  0,
                  1,
                  1,
                  1,
                  0,
                  Map.of("101", 1L),
                  none,
                  one,
                  one,
                  labels,
                  Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1, 0, 1, 1, 1, 0, Map.of("x", 1L), none, one, one, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1,
                  0,
                  1,
                  1,
                  1,
                  0,
                  change,
                  Map.of("0", 2L),
                  one,
                  one,
                  labels,
                  Evidence.Callers.NONE),
          () ->
              new Evidence(
                  1, 0, 1, 1, 1, 0, change, none, one, none, labels, Evidence.Callers.NONE),
          () ->
              new Evidence(
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  none,
                  Map.of("0", -1L),
                  none,
                  none,
                  labels,
                  Evidence.Callers.NONE),
          () -> new McNemar(0, -1, 0, 0),
        }) {
      assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void valuesThatAreNoNumbersAreRefused() {
    assertThat(new TopClass("lynx", 1.0000001).probability()).isEqualTo(1);
    assertThatThrownBy(() -> new TopClass("lynx", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new Comparison(
                    new TopClass("lynx", 1), Optional.empty(), OptionalDouble.of(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
