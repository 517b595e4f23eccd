package io.lynxeye.serving.rollout.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.rollout.record.DamagedException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of a baseline: what was written is read, and what workers cannot use is damage. */
class StoredBaselineTest {

  private static final StoredBaseline GOOD =
      new StoredBaseline(
          "d",
          StoredBaseline.ANSWERS,
          4,
          Instant.parse("2026-11-30T00:00:00Z"),
          new ScoreBaseline(Map.of("lynx", 0), List.of(2L, 0L), List.of(), List.of(2L), 1.5, 1));

  /** In one line, without spaces. */
  private static String json() throws IOException {
    return GOOD.json().replaceAll("\\s", "");
  }

  @Test
  void readsWhatItWrote() throws IOException {
    assertThat(StoredBaseline.of(GOOD.json())).isEqualTo(GOOD);
    assertThat(StoredBaseline.of(json())).isEqualTo(GOOD);
  }

  /**
   * Without classes, no answer has a group; without answers or with infinity, no limit is finite.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"digest\":\"d\", | \"other\":\"d\",",
        "\"digest\":\"d\" | \"digest\":null",
        "\"source\":\"answers\" | \"source\":null",
        "\"taken\":\"2026 | \"taken\":\"x2026",
        "{\"lynx\":0},\"classes\":[2,0] | {},\"classes\":[]",
        "{\"lynx\":0} | {\"lynx\":7}",
        "[2,0] | [0,0]",
        "[2,0] | [2,null]",
        "\"classSpread\":1.5 | \"classSpread\":1e999",
        "\"format\":1 | \"format\":2"
      })
  void refusesOtherContentAsDamage(String right, String wrong) throws IOException {
    assertThat(json()).contains(right);
    String text = json().replace(right, wrong);

    assertThatExceptionOfType(DamagedException.class).isThrownBy(() -> StoredBaseline.of(text));
  }

  @Test
  void refusesABaselineOfNoAnswers() throws IOException {
    String text =
        json()
            .replace("{\"lynx\":0},\"classes\":[2,0]", "{},\"classes\":[]")
            .replace("\"probabilities\":[2]", "\"probabilities\":[0]");

    assertThatExceptionOfType(DamagedException.class)
        .isThrownBy(() -> StoredBaseline.of(text))
        .withMessageContaining("contradicts itself");
  }
}
