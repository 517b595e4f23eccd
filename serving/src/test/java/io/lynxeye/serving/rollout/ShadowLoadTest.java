package io.lynxeye.serving.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of comparisons while callers wait: up to 4 inputs or 1000 bytes are kept, for 5 s.
 */
@Timeout(60)
class ShadowLoadTest {

  @TempDir private Path folder;
  @AutoClose private RolloutRig rig;

  @BeforeEach
  void start() {
    rig = new RolloutRig(folder).store(1, 2);
  }

  private long dropped(String why) {
    return rig.status().counts().orElseThrow().dropped().get(why);
  }

  @Test
  void nothingIsComparedWhileACallerWaits() {
    rig.isIdle = false;

    rig.answer("1");
    rig.clock.awaitLook();

    assertThat(rig.model(2).batchSizes()).isEmpty();
    rig.isIdle = true;
    Awaitility.await().until(() -> rig.images() == 1);
  }

  @Test
  void underLoadComparisonsAreDropped() {
    rig.isIdle = false;
    rig.answer("0");
    rig.clock.awaitLook(); // It is not among those that wait any more.

    for (int i = 0; i < 10; i++) {
      rig.answer("1");
    }

    assertThat(dropped("busy")).isEqualTo(6);
    assertThat(rig.images()).isZero();
  }

  @Test
  void whatWaitsForTooLongIsDropped() {
    rig.isIdle = false;
    rig.answer("1");
    rig.answer("2");
    rig.clock.awaitLook();

    rig.clock.advance(Duration.ofSeconds(6));

    Awaitility.await().until(() -> dropped("stale") == 2);
    assertThat(rig.images()).isZero();
  }

  @Test
  void largeInputsAreNotKept() {
    rig.isIdle = false;

    rig.answer("1" + " ".repeat(2000));

    assertThat(dropped("memory")).isEqualTo(1);
  }

  @Test
  void oneIsComparedAtATime() throws InterruptedException {
    rig.model(2).hold();
    rig.answer("1");
    rig.answer("2");
    rig.model(2).awaitCall();

    assertThat(rig.model(2).batchSizes()).hasSize(1);
    rig.model(2).release(1);
    rig.model(2).awaitCall();
    assertThat(rig.images()).isEqualTo(1);
    rig.model(2).release(1000);
    Awaitility.await().until(() -> rig.images() == 2);
  }

  @Test
  void anUnloadDoesNotWaitForAComparison() throws Exception {
    rig.model(2).hold();
    rig.answer("1");
    rig.model(2).awaitCall();

    rig.rollouts.stop("m");
    rig.settled();

    assertThat(rig.isLoaded(2)).isFalse();
    assertThat(rig.model(2).isClosed()).isFalse(); // Its memory is in use.
    rig.model(2).release(1);
    Awaitility.await().until(() -> rig.model(2).isClosed());
    assertThat(rig.model(2).misused()).isZero();
  }

  @Test
  void aStopOfTheServerDoesNotWaitForAComparison() throws InterruptedException {
    rig.model(2).hold();
    rig.answer("1");
    rig.model(2).awaitCall();

    rig.close();

    assertThat(rig.registry.all()).isEmpty();
    rig.model(2).release(1);
    Awaitility.await().until(() -> rig.model(2).isClosed());
  }
}
