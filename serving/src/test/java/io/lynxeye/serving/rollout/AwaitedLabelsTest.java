package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.rollout.verdict.Comparison;
import io.lynxeye.serving.rollout.verdict.TopClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What was said is remembered for a bounded number of inputs and a bounded time. */
class AwaitedLabelsTest {

  private static final Instant START = Instant.parse("2026-11-30T00:00:00Z");
  private static final Comparison LYNX =
      new Comparison(
          new TopClass("lynx", 1), Optional.of(new TopClass("cat", 1)), OptionalDouble.empty());
  private static final Comparison FAILED =
      new Comparison(new TopClass("lynx", 1), Optional.empty(), OptionalDouble.empty());

  private final AwaitedLabels awaited = new AwaitedLabels();

  @Test
  void anInputIsTakenOnce() {
    awaited.add("a", 0, LYNX, START);

    AwaitedLabels.Answers answers = awaited.take("a", 0, START).orElseThrow();

    assertThat(answers.serving()).isEqualTo("lynx");
    assertThat(answers.candidate()).contains("cat");
    assertThat(awaited.take("a", 0, START)).isEmpty();
  }

  /** As the messages of one gRPC stream have: a label could be of any of them. */
  @Test
  void inputsWithTheSameIdAreNotTaken() {
    awaited.add("a", 0, LYNX, START);
    awaited.add("a", 0, LYNX, START);
    awaited.add("a", 0, LYNX, START);

    assertThat(awaited.take("a", 0, START)).isEmpty();
    assertThat(awaited.take("a", 0, START)).isEmpty();
  }

  @Test
  void aFailureHasNoClass() {
    awaited.add("a", 3, FAILED, START);

    assertThat(awaited.take("a", 3, START).orElseThrow().candidate()).isEmpty();
  }

  @Test
  void theOldestGoesWhenThereAreTooMany() {
    for (int i = 0; i <= AwaitedLabels.MAX_INPUTS; i++) {
      awaited.add("a" + i, 0, LYNX, START);
    }

    assertThat(awaited.take("a0", 0, START)).isEmpty();
    assertThat(awaited.take("a1", 0, START)).isPresent();
  }

  @Test
  void anInputIsForgottenAfterADay() {
    awaited.add("a", 0, LYNX, START);
    awaited.add("b", 0, LYNX, START.plus(Duration.ofHours(1)));
    Instant later = START.plus(AwaitedLabels.MAX_AGE).plusSeconds(1);

    assertThat(awaited.take("a", 0, later)).isEmpty();
    assertThat(awaited.take("b", 0, later)).isPresent();
  }

  @Test
  void aRequestWithoutAnIdIsNotRemembered() {
    awaited.add("", 0, LYNX, START);

    assertThat(awaited.take("", 0, START)).isEmpty();
  }
}
