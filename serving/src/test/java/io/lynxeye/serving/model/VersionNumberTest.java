package io.lynxeye.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionNumberTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0001, 1",
    "00000123, 123",
    "20240131120000, 20240131120000",
    "9223372036854775807, 9223372036854775807",
    "0009223372036854775807, 9223372036854775807"
  })
  void isShownAsWritten(String text, long value) {
    VersionNumber number = VersionNumber.parse(text);

    assertThat(number.value()).isEqualTo(value);
    assertThat(number).hasToString(text);
    assertThat(VersionNumber.find(text)).contains(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "0009223372036854775808", "99999999999999999999"})
  void fits64Bits(String text) {
    assertThat(VersionNumber.isDigits(text)).isTrue();
    assertThat(VersionNumber.find(text)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionNumber.parse(text))
        .withMessage("is larger than 9223372036854775807, the largest version number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " 1", "-1", "+1", "1.0", "1e3", "0x1", "v1", "\u0661", "\uff11", "1\n"})
  void consistsOfAsciiDigits(String text) {
    assertThat(VersionNumber.isDigits(text)).isFalse();
    assertThat(VersionNumber.find(text)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionNumber.parse(text))
        .withMessage("is not a version number: use digits only");
  }

  @Test
  void theNumberAloneDecidesWhatIsTheSameVersion() {
    assertThat(VersionNumber.parse("01"))
        .isEqualTo(VersionNumber.of(1))
        .hasSameHashCodeAs(VersionNumber.of(1))
        .isEqualByComparingTo(VersionNumber.parse("1"))
        .isNotEqualTo(VersionNumber.parse("10"));
  }

  @Test
  void theNumberAloneDecidesTheOrder() {
    assertThat(
            Stream.of("10", "0009", "01", "20240131120000", "0", "1")
                .map(VersionNumber::parse)
                .distinct()
                .sorted()
                .map(VersionNumber::toString))
        .containsExactly("0", "01", "0009", "10", "20240131120000");
  }

  @Test
  void aNumberOfItsOwnIsWrittenPlainly() {
    assertThat(VersionNumber.of(0)).hasToString("0");
    assertThat(VersionNumber.of(12)).hasToString("12");
  }
}
