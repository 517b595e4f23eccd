package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.rollout.verdict.Decision;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A version that waits for an operator, who then changes the rule. */
@Timeout(60)
class ChangedRuleTest {

  /** Enough for a pass: 20 ratios of times, of two images each. */
  private static final int ENOUGH = 40;

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;

  @BeforeEach
  void start() {
    rig = new RolloutRig(folder);
  }

  @Test
  void aVersionThatHasPassedIsPromotedOnceTheRuleSaysSo() {
    rig.set("rollout.on_pass", "wait").store(1, 2);
    rig.compare(ENOUGH);
    assertThat(rig.status().verdict().orElseThrow().decision()).isEqualTo(Decision.PASS);

    rig.set("rollout.on_pass", "promote");
    rig.compare(1);
    rig.settled();

    assertThat(rig.serving()).isEqualTo(2);
  }

  /** Versions 1 and 2 agree on every other image. */
  @Test
  void aVersionThatHasFailedGoesOnUnderAWiderRule() {
    rig.model(2).mistakes(text -> Integer.parseInt(text) % 2 == 0 ? text : "0");
    rig.set("rollout.on_fail", "wait").set("rollout.min_agreement", "0.99").store(1, 2);
    rig.compare(10);
    assertThat(rig.status().verdict().orElseThrow().decision()).isEqualTo(Decision.FAIL);
    long images = rig.images();

    rig.set("rollout.min_agreement", "0.2");
    rig.compare(1);

    assertThat(rig.images()).isEqualTo(images + 1);
    assertThat(rig.status().verdict().orElseThrow().decision()).isEqualTo(Decision.UNDECIDED);
  }

  @Test
  void aVersionThatHasFailedIsComparedFurtherAndNeverPromotedIfTheRuleSaysWait() {
    rig.model(2).mistakes(text -> "crash");
    rig.set("rollout.on_fail", "wait").store(1, 2);
    rig.compare(10);
    assertThat(rig.status().verdict().orElseThrow().decision()).isEqualTo(Decision.FAIL);
    long images = rig.images();

    rig.model(2).mistakes(text -> text);
    rig.compare(ENOUGH);
    rig.settled();

    assertThat(rig.images()).isEqualTo(images + ENOUGH);
    assertThat(rig.serving()).isEqualTo(1);
    assertThat(rig.states()).containsEntry(2L, ModelState.SHADOW);
  }
}
