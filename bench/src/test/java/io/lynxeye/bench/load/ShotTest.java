package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.bench.load.Shot.End;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShotTest {

  @ParameterizedTest
  @CsvSource({
    "5, ANSWERED, false",
    "5, CLOSED_UNANSWERED, true",
    "5, TORN, true",
    "15, CLOSED_UNANSWERED, false",
    "15, TORN, true",
    "15, REFUSED, false"
  })
  void isLostWhenTheServerHadIt(long sent, End end, boolean isLost) {
    assertThat(new Shot(sent, sent + 1, end, 0).isLost(10)).isEqualTo(isLost);
  }
}
