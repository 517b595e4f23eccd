package io.lynxeye.engine.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.modality.Output;
import io.lynxeye.serving.model.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversion of a translator's outputs. Needs no engine. */
class ServingMessagesTest {

  private static void assertRefused(Output output, String message) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> ServingMessages.content(output))
        .withMessageStartingWith(message);
  }

  @Test
  void theMessageForAnInvalidInputReachesTheCaller() {
    assertRefused(new Output(422, "too dark"), "too dark");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void anInvalidInputWithoutAMessageGetsOne(String message) {
    assertRefused(new Output(400, message), "The model could not read the body: send ");
  }

  @Test
  void anyOtherErrorIsAFailureOfTheTranslator() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ServingMessages.content(new Output(500, "broken")))
        .withMessage("the model's translator answered 500 broken");
  }

  @Test
  void anAnswerWithoutContentIsEmpty() throws Exception {
    assertThat(ServingMessages.content(new Output()).body()).isEmpty();
  }

  @Test
  void theBodyIsPassedUnderTheKeyData() {
    assertThat(ServingMessages.input("7".getBytes(UTF_8)).getAsBytes("data"))
        .isEqualTo("7".getBytes(UTF_8));
  }
}
