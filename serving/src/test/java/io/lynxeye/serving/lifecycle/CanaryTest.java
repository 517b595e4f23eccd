package io.lynxeye.serving.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.Origin;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which callers a version on trial answers. */
class CanaryTest {

  private static final int CALLERS = 10_000;

  private static Canary canary(int version, String by, String share) {
    Map<String, String> settings =
        Map.of("rollout", "canary", "rollout.by", by, "rollout.share", share);
    return new Canary(
        new ModelId("m", version), ModelSettings.of(settings).rollout().orElseThrow());
  }

  private static Origin origin(String id, String key, String user) {
    return new Origin(
        id,
        Optional.of(key),
        name -> name.equals("x-user-id") ? Optional.of(user) : Optional.empty());
  }

  /** 0.012 is four standard deviations of a share of 0.1 in ten thousand draws. */
  @Test
  void answersTheShareOfTheRequests() {
    Canary canary = canary(2, "request", "0.1");
    long answered =
        IntStream.range(0, CALLERS)
            .filter(i -> canary.answers(origin("request-" + i, "one key", "one user")))
            .count();

    assertThat(answered / (double) CALLERS).isEqualTo(0.1, within(0.012));
  }

  /**
   * Callers that differ in one digit, as numbered users do, are drawn apart. 0.02 is 4 deviations.
   */
  @Test
  void aUserStaysOnItsSideWhateverTheRequestAndTheKey() {
    Canary canary = canary(2, "X-User-Id", "0.5");
    int answered = 0;
    for (int user = 0; user < CALLERS; user++) {
      boolean first = canary.answers(origin("a" + user, "key a", Integer.toString(user)));
      assertThat(canary.answers(origin("b" + user, "key b", Integer.toString(user))))
          .isEqualTo(first);
      answered += first ? 1 : 0;
    }

    assertThat(answered / (double) CALLERS).isEqualTo(0.5, within(0.02));
  }

  @Test
  void aKeyStaysOnItsSide() {
    Canary canary = canary(2, "key", "0.5");
    for (int key = 0; key < 100; key++) {
      assertThat(canary.answers(origin("a", "key " + key, "u")))
          .isEqualTo(canary.answers(origin("b", "key " + key, "v")));
    }
  }

  /** Otherwise the same callers would try every version. A tenth of a tenth is expected. */
  @Test
  void theNextVersionIsTriedByOthers() {
    Canary one = canary(2, "request", "0.1");
    Canary next = canary(3, "request", "0.1");
    long both =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> origin("r" + i, "k", "u"))
            .filter(origin -> one.answers(origin) && next.answers(origin))
            .count();

    assertThat(both / (double) CALLERS).isEqualTo(0.01, within(0.004));
  }

  @Test
  void whatTheServerItselfAsksIsAnsweredByTheServingVersion() {
    assertThat(canary(2, "request", "1").answers(Origin.NONE)).isFalse();
    assertThat(canary(2, "request", "1").answers(origin("any", "k", "u"))).isTrue();
  }

  @Test
  void withoutTheHeaderEachRequestIsDrawnAgain() {
    Origin plain = new Origin("id", Optional.empty(), name -> Optional.empty());
    Origin blank = new Origin("id", Optional.of(" "), name -> Optional.of(" "));

    assertThat(plain.caller("x-user-id")).isEqualTo("id");
    assertThat(plain.caller("key")).isEqualTo("id");
    assertThat(blank.caller("x-user-id")).isEqualTo("id");
    assertThat(blank.caller("key")).isEqualTo("id");
  }
}
