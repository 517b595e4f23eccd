package io.lynxeye.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.security.Caller;
import io.lynxeye.security.Role;
import io.lynxeye.serving.admission.KeyLimits;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time of a refusal must not show how much of a key was right. */
class KeyRingTest {

  private static final String PRIMARY = "the-primary-key-of-this-test";
  private static final String SECONDARY = "the-secondary-key-of-this-test";

  private final List<Integer> compared = new ArrayList<>();
  private final KeyRing ring =
      new KeyRing(
          List.of(
              new NamedKey("primary", KeyHash.of(PRIMARY)),
              new NamedKey("secondary", KeyHash.of(SECONDARY), Role.ADMIN, KeyLimits.NONE)),
          (one, other) -> {
            compared.add(one.length);
            compared.add(other.length);
            return MessageDigest.isEqual(one, other);
          });

  @ParameterizedTest(name = "{0} is accepted: {1}")
  @CsvSource({
    PRIMARY + ", true",
    SECONDARY + ", true",
    "the-primary-key-of-this-tesT, false",
    "the-primary-key, false",
    "xhe-primary-key-of-this-test, false",
    "x, false",
    "'', false",
  })
  void everyKeyIsComparedWithBothDigestsInFull(String key, boolean accepted) {
    assertThat(ring.find(key).isPresent()).isEqualTo(accepted);

    assertThat(compared).containsExactly(32, 32, 32, 32);
  }

  @Test
  void aKeyIsFoundWithItsOwnNameAndRole() {
    assertThat(ring.find(PRIMARY)).contains(new Caller("primary", Role.SCORE));
    assertThat(ring.find(SECONDARY)).contains(new Caller("secondary", Role.ADMIN));
  }
}
