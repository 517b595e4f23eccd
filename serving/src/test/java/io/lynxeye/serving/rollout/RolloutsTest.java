package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.rollout.verdict.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the arrival of a version to its promotion or its end, and restarts in between. */
@Timeout(60)
class RolloutsTest {

  /** Enough for a pass: 20 ratios of times, of two images each. */
  private static final int ENOUGH = 40;

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;

  @BeforeEach
  void start() {
    rig = new RolloutRig(folder);
  }

  @Test
  void aLoneVersionServesAndANewOneIsTriedBesideIt() {
    rig.store(1);
    assertThat(rig.serving()).isEqualTo(1);

    rig.store(1, 2);

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.isLoaded(2)).isTrue();
    assertThat(rig.states())
        .containsExactly(entry(1L, ModelState.AVAILABLE), entry(2L, ModelState.SHADOW));
    assertThat(rig.status().state()).isEqualTo("shadow");
  }

  /** Its loaded versions would stay in memory otherwise, and its metrics would say "shadow". */
  @Test
  void theTrialOfAModelThatIsTakenOutOfTheStoreEnds() {
    rig.store(1, 2);
    rig.compare(5);

    rig.store(new int[0]);

    assertThat(rig.rollouts.statuses()).isEmpty();
    assertThat(rig.status().state()).isEqualTo("none");
    rig.store(1, 2);
    assertThat(rig.status().state()).isEqualTo("shadow");
    assertThat(rig.images()).isEqualTo(5);
  }

  @Test
  void aGoodVersionIsPromotedAndTheOldOneUnloaded() {
    rig.store(1, 2);

    rig.compare(ENOUGH);
    rig.settled();

    assertThat(rig.serving()).isEqualTo(2);
    assertThat(rig.states())
        .containsExactly(entry(1L, ModelState.END), entry(2L, ModelState.AVAILABLE));
    assertThat(rig.status().state()).isEqualTo("none");
    assertThat(folder.resolve("m/report-2.json")).content().contains("promoted", "PASS");
  }

  @Test
  void aVersionThatSaysOtherwiseIsStoppedWithinTensOfImages() {
    rig.model(2).mistakes(text -> Integer.toString((Integer.parseInt(text) + 1) % 10));
    rig.store(1, 2);

    rig.compare(40);
    rig.settled();

    assertThat(rig.isOnTrial()).isFalse();
    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.isLoaded(2)).isFalse();
    assertThat(rig.states())
        .containsExactly(entry(1L, ModelState.AVAILABLE), entry(2L, ModelState.STOPPED));
    assertThat(rig.reason(2)).get().asString().contains("FAIL", "agreement");
  }

  @Test
  void aVersionThatFailsIsStopped() {
    rig.model(2).mistakes(text -> "crash");
    rig.store(1, 2);

    rig.compare(40);
    rig.settled();

    assertThat(rig.states()).containsEntry(2L, ModelState.STOPPED);
    assertThat(rig.reason(2)).get().asString().contains("error_rate");
  }

  @Test
  void aVersionThatPassesWaitsForAnOperatorIfTheRuleSaysSo() throws Exception {
    rig.set("rollout.on_pass", "wait").store(1, 2);

    rig.compare(ENOUGH);

    assertThat(rig.status().verdict().orElseThrow().decision()).isEqualTo(Decision.PASS);
    assertThat(rig.serving()).isEqualTo(1);
    rig.rollouts.promote("m");
    rig.settled();
    assertThat(rig.serving()).isEqualTo(2);
  }

  @Test
  void aPromotionCanBeRolledBack() throws Exception {
    rig.store(1, 2);
    rig.rollouts.promote("m");
    rig.settled();
    assertThat(rig.serving()).isEqualTo(2);

    rig.rollouts.rollBack("m");
    rig.settled();

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.states())
        .containsExactly(entry(1L, ModelState.AVAILABLE), entry(2L, ModelState.STOPPED));
  }

  @Test
  void refusesDecisionsAboutNothing() throws Exception {
    rig.store(1);

    assertThatExceptionOfType(RolloutConflictException.class)
        .isThrownBy(() -> rig.rollouts.promote("m"))
        .withMessageContaining("no version of m is on trial; set rollout=shadow");
    assertThatExceptionOfType(RolloutConflictException.class)
        .isThrownBy(() -> rig.rollouts.stop("m"));
    assertThatExceptionOfType(RolloutConflictException.class)
        .isThrownBy(() -> rig.rollouts.rollBack("m"))
        .withMessageContaining("no version of m was promoted");
    rig.store(1, 2);
    rig.rollouts.promote("m");
    rig.store(2);
    assertThatExceptionOfType(RolloutConflictException.class)
        .isThrownBy(() -> rig.rollouts.rollBack("m"))
        .withMessageContaining("version 1 of m is not in the store any more");
  }

  @Test
  void aNewerVersionTakesThePlaceOfTheOneOnTrial() {
    rig.store(1, 2);
    rig.compare(5);

    rig.store(1, 2, 3);

    assertThat(rig.status().known().candidate()).hasValue(3);
    assertThat(rig.images()).isZero();
    assertThat(rig.isLoaded(2)).isFalse();
    assertThat(rig.serving()).isEqualTo(1);
  }

  @Test
  void changedFilesBeginAnotherTrial() throws Exception {
    rig.store(1, 2);
    rig.rollouts.stop("m");
    rig.settled();
    assertThat(rig.isLoaded(2)).isFalse();

    rig.store(FakeLoader.source("m", 1), FakeLoader.source("m", 2, Map.of(), "changed"));

    assertThat(rig.states()).containsEntry(2L, ModelState.SHADOW);
  }

  @Test
  void aVersionThatCannotBeLoadedIsNotTried() {
    rig.loader.fail("m", 2, "it is broken");

    rig.store(1, 2);

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.states()).containsEntry(2L, ModelState.END);
    assertThat(rig.status().state()).isEqualTo("none");
  }

  @Test
  void theVersionOnTrialServesIfTheServingOneIsTakenOutOfTheStore() {
    rig.store(1, 2);

    rig.store(2);

    assertThat(rig.serving()).isEqualTo(2);
    assertThat(rig.states()).containsExactly(entry(2L, ModelState.AVAILABLE));
    assertThat(rig.isOnTrial()).isFalse();
  }

  @Test
  void aRolloutThatIsSwitchedOnKeepsTheServingVersion() {
    rig.set("rollout", "immediate").store(1, 2);
    assertThat(rig.serving()).isEqualTo(2);

    rig.set("rollout", "shadow").store(1, 2, 3);

    assertThat(rig.serving()).isEqualTo(2);
    assertThat(rig.status().known().candidate()).hasValue(3);
  }

  @Test
  void aRolloutThatIsSwitchedOffServesTheNewestVersion() {
    rig.store(1, 2);

    rig.set("rollout", "immediate");

    assertThat(rig.serving()).isEqualTo(2);
    assertThat(folder.resolve("m/state.json")).doesNotExist();
  }

  @Test
  void aDisabledModelIsNotTriedAndGoesOnLater() {
    rig.store(1, 2);
    rig.compare(5);

    rig.set("enabled", "false");
    assertThat(rig.status().state()).isEqualTo("paused");
    rig.set("enabled", "true");

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.images()).isEqualTo(5);
  }

  @Test
  void withoutAFolderToWriteNothingIsTriedAndTheServingVersionGoesOn() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    try (RolloutRig other = new RolloutRig(folder.resolve("file"))) {
      other.store(1, 2);

      assertThat(other.serving()).isEqualTo(1);
      assertThat(other.isLoaded(2)).isFalse();
      assertThat(other.status().state()).isEqualTo("refused");
      assertThat(other.reason(2)).get().asString().contains("cannot be recorded", "--state-dir");
    }
  }

  @Test
  void twoProcessesDoNotShareAFolder() {
    rig.store(1, 2);
    try (RolloutRig other = new RolloutRig(folder)) {
      other.store(1, 2);

      assertThat(other.status().problem()).get().asString().contains("another server uses it");
    }
  }

  @Test
  void aTrialGoesOnAfterAKill() {
    rig.store(1, 2);
    rig.compare(10);
    rig.clock.advance(Duration.ofSeconds(6)); // Counts are written every five seconds.
    Awaitility.await().until(() -> Files.readString(state()).contains("\"images\" : 10"));

    rig = rig.afterKill(folder);

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.images()).isEqualTo(10);
    assertThat(rig.status().state()).isEqualTo("shadow");
  }

  @Test
  void decisionsHoldAfterAKill() throws Exception {
    rig.store(1, 2);
    rig.rollouts.promote("m");
    rig = rig.afterKill(folder);
    assertThat(rig.serving()).isEqualTo(2);

    rig.store(1, 2, 3);
    rig.rollouts.stop("m");
    rig = rig.afterKill(folder);
    assertThat(rig.serving()).isEqualTo(2);
    assertThat(rig.states()).containsEntry(3L, ModelState.STOPPED);

    rig.rollouts.rollBack("m");
    rig = rig.afterKill(folder);
    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.states()).containsEntry(2L, ModelState.STOPPED);
  }

  @Test
  void aDecisionThatCannotBeWrittenIsNotTaken() throws Exception {
    rig.store(1, 2);
    Path away = folder.resolveSibling("away");
    Files.move(folder.resolve("m"), away);
    Files.writeString(folder.resolve("m"), "in the way");

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> rig.rollouts.promote("m"));
    rig.settled();

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.status().known().candidate()).hasValue(2);
    Files.delete(folder.resolve("m"));
    Files.move(away, folder.resolve("m"));
  }

  @Test
  void aDamagedFileIsPutAsideAndServingGoesOn() throws IOException {
    rig.store(1, 2);
    Path state = state();
    rig.rollouts.abandon();
    Files.writeString(state, "{ \"format\" : 1, ");

    rig = rig.afterKill(folder);

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.status().state()).isEqualTo("shadow");
    assertThat(folder.resolve("m/state.json.damaged")).exists();
  }

  /** Version 3 serves; without its record, the second newest would, and version 3 on trial. */
  @Test
  void aRecordThatCannotBeReadStopsTrialsUntilItIsRead() throws Exception {
    rig.store(1, 2, 3);
    rig.rollouts.promote("m");
    rig.settled();
    rig.rollouts.abandon();
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(state(), away);
    Files.createDirectory(state());

    rig = rig.afterKill(folder);

    assertThat(rig.status().state()).isEqualTo("refused");
    assertThat(rig.reason(3)).get().asString().contains("state.json cannot be read");
    assertThat(rig.isLoaded(3)).isFalse();

    Files.delete(state());
    Files.move(away, state());
    Awaitility.await()
        .until(
            () -> {
              rig.clock.advance(Duration.ofSeconds(6)); // It is tried every five seconds.
              return rig.status().known().serving().equals(OptionalLong.of(3));
            });
    rig.store(1, 2, 3);

    assertThat(rig.serving()).isEqualTo(3);
    assertThat(rig.status().problem()).isEmpty();
  }

  @Test
  void anUndecidedTrialIsReportedOnceItsWindowIsOver() {
    rig.set("rollout.window", "1h").store(1, 2);
    rig.compare(3);
    assertThat(rig.status().known().isExpired()).isFalse();

    rig.now = rig.now.plus(Duration.ofMinutes(61));
    rig.clock.advance(Duration.ofSeconds(6));

    Awaitility.await().until(() -> rig.status().known().isExpired());
    assertThat(rig.states()).containsEntry(2L, ModelState.SHADOW);
  }

  private Path state() {
    return folder.resolve("m/state.json");
  }
}
