package io.lynxeye.serving.rollout.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.lynxeye.serving.rollout.record.RolloutRecord.Candidate;
import io.lynxeye.serving.rollout.record.RolloutRecord.Stopped;
import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.Decision;
import io.lynxeye.serving.rollout.verdict.Evidence;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of a record: what was written is read, and nothing else is taken for a record. */
class RecordFormatTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00.123456789Z");

  private static RolloutRecord record() {
    Evidence evidence =
        Evidence.none()
            .plus(
                new Comparison(
                    new TopClass("a \"quoted\" lynx \\ Łuchs", 0.93),
                    Optional.of(new TopClass("cat", 0.5)),
                    OptionalDouble.of(1.25)))
            .plus(new Comparison(new TopClass("cat", 1), Optional.empty(), OptionalDouble.empty()))
            .plusLabel(true, false);
    return new RolloutRecord(
        Optional.of(new Version(7, "d7")),
        Optional.of(new Version(5, "d5")),
        List.of(new Stopped(new Version(6, "d6"), NOW, "FAIL:\nagreement")),
        Optional.of(
            new Candidate(
                new Version(Long.MAX_VALUE, "d8"),
                new Version(7, "d7"),
                NOW,
                evidence,
                Decision.PASS,
                true)));
  }

  @Test
  void readsWhatItWrote() throws IOException {
    assertThat(RecordFormat.read(RecordFormat.write(record()))).isEqualTo(record());
    assertThat(RecordFormat.read(RecordFormat.write(RolloutRecord.NONE)))
        .isEqualTo(RolloutRecord.NONE);
  }

  /** A file that ends anywhere but at its last brace. */
  @Test
  void refusesAnyBeginningOfAFile() throws IOException {
    String whole = RecordFormat.write(record()).strip();
    for (int length = 0; length < whole.length(); length++) {
      String part = whole.substring(0, length);
      assertThatIOException().as(part).isThrownBy(() -> RecordFormat.read(part));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"format\" : 1 | \"format\" : 2",
        "\"format\" : 1 | \"format\" : \"1\"",
        "\"format\" : 1 | \"other\" : 1",
        "\"version\" : 7 | \"version\" : \"7\"",
        "\"version\" : 7 | \"version\" : 7.5",
        "\"version\" : 7 | \"version\" : 99999999999999999999",
        "\"digest\" : \"d7\" | \"digest\" : null",
        "\"digest\" : \"d7\" | \"digest\" : 7",
        "\"images\" : 2 | \"images\" : 1",
        "\"images\" : 2 | \"images\" : -2",
        "\"images\" : 2 | \"images\" : true",
        "\"changeSum\" : -0.43 | \"changeSum\" : \"x\"",
        "\"reported\" : \"PASS\" | \"reported\" : \"MAYBE\"",
        "\"expired\" : true | \"expired\" : 1",
        "\"started\" : \"2026 | \"started\" : \"x2026",
        "\"why\" : \"FAIL | \"because\" : \"FAIL",
        "\"stopped\" : [ | \"ended\" : [",
        "\"serving\" : { | \"serving\" : [ {"
      })
  void refusesOtherContent(String right, String wrong) throws IOException {
    String text = RecordFormat.write(record());
    assertThat(text).contains(right);

    assertThatIOException().isThrownBy(() -> RecordFormat.read(text.replace(right, wrong)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "1", "[]", "\"x\"", "{}", "{ \"format\" : 1 }", "\0\0"})
  void refusesWhatIsNoRecord(String text) {
    assertThatIOException().isThrownBy(() -> RecordFormat.read(text));
  }

  @Test
  void saysWhichFormatItDoesNotKnow() {
    assertThatIOException()
        .isThrownBy(() -> RecordFormat.read("{ \"format\" : 9 }"))
        .withMessage("it has the format 9, not 1");
  }
}
