package io.lynxeye.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {

  @Test
  void isFormattedAsInAddresses() {
    assertThat(new ModelId("resnet50", 1)).hasToString("resnet50/1");
  }

  @Test
  void isOrderedByNameAndThenByNumber() {
    assertThat(
            new TreeSet<>(List.of(new ModelId("b", 1), new ModelId("a", 10), new ModelId("a", 9))))
        .containsExactly(new ModelId("a", 9), new ModelId("a", 10), new ModelId("b", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "M", "0", "resnet50", "a.b", "a_b-c.2", "a.."})
  void acceptsNamesOfLettersDigitsDotsDashesAndUnderscores(String name) {
    assertThat(new ModelId(name, 1).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".hidden", "-m", "_m", "a/b", "a b", "ä", "m\n", "m\0"})
  void refusesAnyOtherNameAndNamesTheAllowedCharacters(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelId(name, 1))
        .withMessageContaining("use letters, digits, '.', '_' and '-'");
  }

  @Test
  void aNameHasAtMost100Characters() {
    assertThat(ModelId.isName("m".repeat(100))).isTrue();
    assertThat(ModelId.isName("m".repeat(101))).isFalse();
  }

  @Test
  void theVersionIsShownAsWrittenAndComparedByItsNumber() {
    ModelId written = new ModelId("m", VersionNumber.parse("00000123"));

    assertThat(written).hasToString("m/00000123");
    assertThat(written).isEqualTo(new ModelId("m", 123)).hasSameHashCodeAs(new ModelId("m", 123));
    assertThat(written).isGreaterThan(new ModelId("m", 99));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void versionsStartAtZero(long version) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelId("m", version))
        .withMessage("version " + version + " is negative");
  }
}
