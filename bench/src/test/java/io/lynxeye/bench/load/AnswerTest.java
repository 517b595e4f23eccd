package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {

  @Test
  void theFirstPredictionIsTheBest() {
    assertThat(
            Answer.of(
                "{\"predictions\":[{\"index\":287,\"label\":\"lynx\",\"probability\":0.75},"
                    + "{\"index\":1,\"label\":\"goldfish\",\"probability\":0.25}]}"))
        .contains(new Answer("lynx", 0.75));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "[]",
        "{}",
        "{\"predictions\":[]}",
        "{\"predictions\":[{}]}",
        "{\"predictions\":3}"
      })
  void anythingElseIsNone(String body) {
    assertThat(Answer.of(body)).isEmpty();
  }

  @Test
  void anotherLabelIsInfinitelyFar() {
    Answer lynx = new Answer("lynx", 0.75);

    assertThat(lynx.difference(new Answer("lynx", 0.7))).isCloseTo(0.05, within(1e-12));
    assertThat(lynx.difference(new Answer("tabby", 0.75))).isInfinite();
  }
}
