package io.lynxeye.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RejectedException.Reason;
import io.lynxeye.serving.model.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The mapping from failures to responses. */
class ErrorResponseTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(new InvalidInputException("no image"), 400, false),
        arguments(HttpException.notFound(), 404, false),
        arguments(new RejectedException(Reason.QUEUE_FULL), 503, true),
        arguments(new RejectedException(Reason.TOO_BUSY), 503, true),
        arguments(new RejectedException(Reason.DRAINING), 503, true),
        arguments(new RejectedException(Reason.NOT_READY), 503, true),
        arguments(RejectedException.unavailable("the model is unloaded"), 503, false),
        arguments(new RejectedException(Reason.NO_TIME), 503, true),
        arguments(new RejectedException(Reason.CLIENT_TIME), 503, true),
        arguments(new RejectedException(Reason.DEADLINE), 504, false),
        arguments(new RejectedException(Reason.CLIENT_DEADLINE), 504, false),
        arguments(new TimeoutException(), 504, false),
        arguments(new IllegalStateException("secret"), 500, false),
        arguments(new OutOfMemoryError("secret"), 503, true));
  }

  @ParameterizedTest(name = "{0} is answered {1}")
  @MethodSource("failures")
  void eachExceptionHasItsStatus(Throwable failure, int status, boolean passes) {
    ErrorResponse answer = ErrorResponse.of(failure);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.outcome().retryAfterSeconds().isPresent()).isEqualTo(passes);
    assertThat(answer.message()).isNotBlank().doesNotContain("secret");
    assertThat(ErrorResponse.of(new CompletionException(failure))).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "2500, 3", "60000, 60", "86400000, 60"})
  void theRetryTimeIsRoundedUpToSeconds(long millis, int seconds) {
    for (Reason reason : List.of(Reason.QUEUE_FULL, Reason.NO_TIME)) {
      RejectedException refusal =
          new RejectedException(reason, Optional.of(Duration.ofMillis(millis)));

      assertThat(ErrorResponse.of(refusal).outcome().retryAfterSeconds()).hasValue(seconds);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DEADLINE", "CLIENT_DEADLINE", "UNAVAILABLE"})
  void withoutAnEstimateTheRetryTimeIsOneSecond(Reason reason) {
    assertThat(ErrorResponse.of(new RejectedException(reason)).outcome().retryAfterSeconds())
        .hasValue(1);
  }

  @Test
  void anInvalidInputKeepsItsMessage() {
    assertThat(ErrorResponse.of(new InvalidInputException("no image")).message())
        .isEqualTo("no image");
  }

  /** After a request with 10,000 images, a key with 50 a second waits for 200 s. */
  @Test
  void theWaitOfAKeyIsSaidInFull() {
    RejectedException refusal =
        new RejectedException(
            RejectedException.Reason.KEY_LIMIT, Optional.of(Duration.ofMillis(199_500)));

    assertThat(ErrorResponse.of(refusal).outcome().retryAfterSeconds()).hasValue(200);
  }
}
