package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {

  @Test
  void arrivalsAreEvenlySpacedFromTheStart() {
    ArrivalSchedule schedule = new ArrivalSchedule(4, Duration.ofSeconds(3));

    assertThat(schedule.count()).isEqualTo(12);
    assertThat(schedule.offsetNanos(0)).isZero();
    assertThat(schedule.offsetNanos(1)).isEqualTo(250_000_000);
    assertThat(schedule.offsetNanos(11)).isEqualTo(2_750_000_000L);
  }

  @Test
  void roundingErrorsDoNotAccumulate() {
    ArrivalSchedule schedule = new ArrivalSchedule(3, Duration.ofHours(1));

    assertThat(schedule.offsetNanos(schedule.count())).isEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void thereIsAtLeastOneRequest() {
    assertThat(new ArrivalSchedule(0.1, Duration.ofSeconds(1)).count()).isOne();
  }

  @Test
  void aRateOrLengthOfZeroIsRejected() {
    assertThatThrownBy(() -> new ArrivalSchedule(0, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ArrivalSchedule(Double.NaN, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ArrivalSchedule(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
