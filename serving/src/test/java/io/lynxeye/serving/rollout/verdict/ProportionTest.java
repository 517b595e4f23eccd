package io.lynxeye.serving.rollout.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The reference values come from mpmath 1.3 with 40 digits, and those of up to 1,000 inputs from
 * scipy.special.betaln 1.17.1 as well: betaln(s + .5, f + .5) - betaln(.5, .5) - s log p - f log(1
 * - p), and bisection of it.
 */
class ProportionTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.95, 2.30258509299405",
    "3, 3, 0.5, 0.916290731874155",
    "12, 40, 0.5, 1.21404196727649",
    "95, 100, 0.95, -2.53796249760731",
    "0, 100, 0.01, -1.87116644536042",
    "31, 62, 0.4, -1.02790879832933", // Stirling's series begins at 32.
    "33, 70, 0.4, -1.62143049459932",
    "980, 1000, 0.95, 8.4610828189231",
    "950100000, 1000000000, 0.95, 94.742282373609",
    "1000000000, 1000000000, 0.999999, 989.06650213881",
  })
  void theMixtureHasItsReferenceValue(long hits, long trials, double p, double expected) {
    assertThat(new Proportion(hits, trials).logMixture(p)).isCloseTo(expected, within(1e-7));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.05, 0, 0.376987350990677",
    "10, 10, 0.05, 0.623012649009323, 1",
    "5, 10, 0.05, 0.117562924079569, 0.882437075920431",
    "490, 500, 0.05, 0.949175921415252, 0.99494216826812",
    "490, 500, 0.01, 0.944294350992122, 0.995890445975757",
    "1, 1000, 0.01, 8.92476323874432e-8, 0.011728697720789",
    "950000000, 1000000000, 0.05, 0.949964069713651, 0.950035913986562",
    "0, 1000000000, 0.05, 0, 1.39297300380582e-8",
  })
  void theBoundsHaveTheirReferenceValues(
      long hits, long trials, double alpha, double low, double high) {
    Proportion proportion = new Proportion(hits, trials);

    assertThat(proportion.lower(alpha)).isCloseTo(low, within(1e-13));
    assertThat(proportion.upper(alpha)).isCloseTo(high, within(1e-13));
  }

  @Test
  void theBoundsEncloseTheShareAndNarrowWithAlphaAndInputs() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      long trials = 1 + random.nextLong(1L << random.nextInt(1, 30));
      long hits = random.nextLong(trials + 1);
      Proportion proportion = new Proportion(hits, trials);
      Proportion fourfold = new Proportion(4 * hits, 4 * trials);

      assertThat(proportion.lower(0.05)).isBetween(0.0, proportion.value());
      assertThat(proportion.upper(0.05)).isBetween(proportion.value(), 1.0);
      assertThat(proportion.lower(0.01)).isLessThanOrEqualTo(proportion.lower(0.05));
      assertThat(proportion.upper(0.01)).isGreaterThanOrEqualTo(proportion.upper(0.05));
      assertThat(fourfold.lower(0.05)).isGreaterThanOrEqualTo(proportion.lower(0.05));
      assertThat(fourfold.upper(0.05)).isLessThanOrEqualTo(proportion.upper(0.05));
    }
  }

  @Test
  void boundsGrowWithTheHits() {
    for (int hits = 0; hits < 200; hits++) {
      Proportion fewer = new Proportion(hits, 200);
      Proportion more = new Proportion(hits + 1, 200);

      assertThat(more.lower(0.01)).isGreaterThan(fewer.lower(0.01) - 1e-15);
      assertThat(more.upper(0.01)).isGreaterThan(fewer.upper(0.01) - 1e-15);
    }
  }

  @Test
  void aLimitIsDecidedAsTheBoundsSay() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 2_000; i++) {
      long trials = 1 + random.nextLong(1_000);
      Proportion proportion = new Proportion(random.nextLong(trials + 1), trials);
      double limit = random.nextDouble(0.001, 0.999);

      assertThat(proportion.isBelow(limit, 0.01)).isEqualTo(proportion.upper(0.01) < limit);
      assertThat(proportion.isAbove(limit, 0.01)).isEqualTo(proportion.lower(0.01) > limit);
    }
  }

  @Test
  void nothingIsKnownOfNoInputs() {
    Proportion none = new Proportion(0, 0);

    assertThat(none.value()).isNaN();
    assertThat(none.lower(0.05)).isZero();
    assertThat(none.upper(0.05)).isEqualTo(1);
    assertThat(none.isBelow(1, 0.05)).isFalse();
    assertThat(none.isAbove(0, 0.05)).isFalse();
  }

  @Test
  void oneExceptionRefutesALimitThatAllowsNone() {
    assertThat(new Proportion(99, 100).isBelow(1, 0.01)).isTrue();
    assertThat(new Proportion(1, 100).isAbove(0, 0.01)).isTrue();
    assertThat(new Proportion(100, 100).isBelow(1, 0.01)).isFalse();
    assertThat(new Proportion(0, 100).isAbove(0, 0.01)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, 3", "4, 3"})
  void impossibleCountsAreRefused(long hits, long trials) {
    assertThatThrownBy(() -> new Proportion(hits, trials))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
