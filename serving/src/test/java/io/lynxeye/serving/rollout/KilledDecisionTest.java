package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that is killed at each step of a promotion: while it writes the record beside the old
 * one, before and after the rename, and before the report. What the files hold then is what the
 * next process does.
 */
@Timeout(60)
class KilledDecisionTest {

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;
  private String before;
  private String after;

  @BeforeEach
  void promote() throws Exception {
    rig = new RolloutRig(folder).store(1, 2);
    before = Files.readString(record());
    rig.rollouts.promote("m");
    after = Files.readString(record());
    assertThat(after).isNotEqualTo(before);
  }

  private Path record() {
    return folder.resolve("m/state.json");
  }

  /** The files as they are at the step, and another process. */
  private void killed(String record, String unfinished) throws IOException {
    rig.rollouts.abandon();
    Files.deleteIfExists(folder.resolve("m/report-2.json"));
    Files.writeString(record(), record);
    if (!unfinished.isEmpty()) {
      Files.writeString(folder.resolve("m/.state.json.tmp"), unfinished);
    }
    rig = rig.afterKill(folder);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void beforeTheRenameTheTrialGoesOn(double share) throws Exception {
    killed(before, after.substring(0, (int) (after.length() * share)));

    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.states()).containsEntry(2L, ModelState.SHADOW);
    rig.rollouts.promote("m"); // What the kill left is not in the way.
    rig.settled();
    assertThat(rig.serving()).isEqualTo(2);
  }

  @Test
  void afterTheRenameTheDecisionHolds() throws Exception {
    killed(after, "");

    assertThat(rig.serving()).isEqualTo(2);
    assertThat(rig.isOnTrial()).isFalse();
    rig.rollouts.rollBack("m");
    rig.settled();
    assertThat(rig.serving()).isEqualTo(1);
  }
}
