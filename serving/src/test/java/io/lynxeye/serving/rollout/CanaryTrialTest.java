package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.rollout.verdict.Evidence.Callers;
import io.lynxeye.serving.rollout.verdict.McNemar;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What callers of a canary got counts, and what they say of the true classes. */
@Timeout(60)
class CanaryTrialTest {

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;

  @BeforeEach
  void start() {
    rig = new RolloutRig(folder).set("rollout", "canary");
  }

  private static Origin request(int number) {
    return new Origin("request " + number, Optional.empty(), name -> Optional.empty());
  }

  /** Answers a caller by the version on trial, and waits until the answers are compared. */
  private void answer(int number, String text) {
    long before = rig.images();
    rig.answer(text, rig.version(2), request(number));
    Awaitility.await().until(() -> rig.images() > before || !rig.isOnTrial());
  }

  @Test
  void bothVersionsServeAndTheAnswersOfTheNewOneAreScoredAgain() {
    rig.store(1, 2);

    rig.answer("1"); // By the serving version: it is not compared.
    answer(1, "2");
    answer(2, "3");
    rig.clock.advance(Duration.ofSeconds(6)); // To the next tick.
    Awaitility.await()
        .until(() -> rig.status().known().evidence().callers().equals(new Callers(2, 0, 2)));

    assertThat(rig.states())
        .containsExactly(entry(1L, ModelState.AVAILABLE), entry(2L, ModelState.CANARY));
    assertThat(rig.status().state()).isEqualTo("canary");
    assertThat(rig.status().facts()).containsEntry("callers_answered", 2L);
    assertThat(rig.images()).isEqualTo(2);
    assertThat(rig.status().known().evidence().agreement().value()).isEqualTo(1);
  }

  /** 1 % is allowed; after ten failures and no answer, chance is no explanation. */
  @Test
  void aVersionThatFailsItsCallersIsStopped() {
    rig.store(1, 2);

    for (int i = 0; i < 10; i++) {
      rig.rollouts.failed(rig.version(2));
      if (!rig.isLoaded(2)) {
        break;
      }
    }
    Awaitility.await().until(() -> !rig.isOnTrial());
    rig.settled();

    assertThat(rig.states()).containsEntry(2L, ModelState.STOPPED);
    assertThat(rig.reason(2)).get().asString().contains("error_rate");
  }

  /** Each answer counts once: those that are compared are not further tries. */
  @Test
  void anAnswerThatIsComparedIsOneTry() {
    rig.set("rollout.max_error_rate", "0.9").store(1, 2);
    answer(1, "2");
    rig.rollouts.failed(rig.version(2));
    Awaitility.await()
        .until(() -> rig.status().known().evidence().callers().equals(new Callers(1, 1, 1)));

    assertThat(rig.status().known().evidence().errors().value()).isEqualTo(0.5);
    assertThat(rig.status().known().evidence().errors().trials()).isEqualTo(2);
  }

  @Test
  void theFailureOfAVersionThatIsNotOnTrialDoesNotCount() {
    rig.store(1, 2);

    rig.rollouts.failed(rig.version(1));
    answer(1, "2");

    assertThat(rig.status().known().evidence().callers().failed()).isZero();
  }

  /** Versions 1 and 2 say the same, except of 7. */
  @Test
  void trueClassesFillMcNemarsTable() throws Exception {
    rig.set("rollout.min_agreement", "0.1").store(1, 2);
    rig.model(2).mistakes(text -> text.equals("7") ? "8" : text);
    answer(1, "3");
    answer(2, "3");
    answer(3, "7");
    answer(4, "7");

    Feedback.Receipt receipt =
        rig.rollouts.feedback(
            "m",
            List.of(
                new Feedback("request 1", 0, "label 3"), // Both are right.
                new Feedback("request 2", 0, "label 4"), // Both are wrong.
                new Feedback("request 3", 0, "label 7"), // The serving version is right.
                new Feedback("request 4", 0, "label 8"), // The new version is right.
                new Feedback("request 4", 0, "label 8"), // Once is enough.
                new Feedback("request 3", 1, "label 7"), // It had one image.
                new Feedback("request 5", 0, "label 7")));

    assertThat(receipt).isEqualTo(new Feedback.Receipt(4, 3));
    assertThat(rig.status().known().evidence().labelled()).isEqualTo(new McNemar(1, 1, 1, 1));
  }

  @Test
  void aLabelOfNeitherVersionIsRefusedAndNoneOfItsListCounts() {
    rig.store(1, 2);
    answer(1, "3");

    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(
            () ->
                rig.rollouts.feedback(
                    "m",
                    List.of(
                        new Feedback("request 1", 0, "label 3"),
                        new Feedback("request 1", 0, "labell 3"))))
        .withMessageContaining("the label of feedback 2 of 2 is not a class of m");
    assertThat(rig.status().known().evidence().labelled()).isEqualTo(McNemar.NONE);
  }

  @Test
  void feedbackNeedsATrial() {
    rig.store(1);

    assertThatExceptionOfType(RolloutConflictException.class)
        .isThrownBy(() -> rig.rollouts.feedback("m", List.of()))
        .withMessageContaining("set rollout=shadow or canary");
  }

  @Test
  void whatCallersGotSurvivesARestart() {
    rig.store(1, 2);
    answer(1, "2");
    rig.rollouts.close();
    try (RolloutRig next = rig.afterKill(folder)) {
      assertThat(next.status().known().evidence().callers()).isEqualTo(new Callers(1, 0, 1));
    }
  }

  /** It answered its caller, so the true class says nothing against it. */
  @Test
  void aCanaryThatFailsOnlyWhenItIsComparedLosesNoLabel() throws Exception {
    rig.set("rollout.max_error_rate", "0.9").store(1, 2);
    ModelInput input = new ModelInput.Image("3".getBytes(StandardCharsets.UTF_8));
    ScoreResult result = rig.result(rig.version(2), input);
    rig.model(2).mistakes(text -> "crash");
    rig.rollouts.scored(rig.version(2), new ScoreListener.Scored("a", 0, input, result));
    Awaitility.await().until(() -> rig.status().known().evidence().failed() == 1);

    assertThat(rig.rollouts.feedback("m", List.of(new Feedback("a", 0, "label 3"))))
        .isEqualTo(new Feedback.Receipt(0, 1));
  }

  /** The versions are the same, so what was compared still holds. */
  @Test
  void aShadowBecomesACanaryWithItsEvidence() {
    rig.set("rollout", "shadow").store(1, 2);
    rig.compare(5);

    rig.set("rollout", "canary");

    assertThat(rig.states()).containsEntry(2L, ModelState.CANARY);
    assertThat(rig.images()).isEqualTo(5);
    answer(1, "2");
    assertThat(rig.images()).isEqualTo(6);
  }
}
