package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The effect of a flood of requests to one model on the latency of another, in decodes on one
 * thread: an idle server needs one decode; during a flood of any depth the running one and the
 * flood's turn come first, so three; and one more for each further flooded model.
 */
@Timeout(30)
class FairDecodingTest {

  private final DecodePool pool = new DecodePool(1, Integer.MAX_VALUE);
  private final ScoringRig rig = new ScoringRig("a", ScoringRig.SOON, Optional.of(pool));
  private final List<CompletableFuture<ScoreResult>> flood = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    rig.model("a", 1).releaseDecodes(1000);
    rig.model("a", 1).release(1000);
    pool.shutdown();
    assertThat(pool.awaitEnd(ScoringRig.SOON)).isTrue();
    rig.close();
    assertThat(rig.model("a", 1).samples()).isZero();
  }

  private void flood(int requests) {
    for (int i = 0; i < requests; i++) {
      flood.add(rig.score(rig.request("a", "3")));
    }
    Awaitility.await().until(() -> rig.model("a", 1).prepared() > 0);
  }

  private int answered() {
    return (int) flood.stream().filter(CompletableFuture::isDone).count();
  }

  @Test
  void aFloodDelaysARequestToAnotherModelByTwoDecodes() {
    rig.serve(source("a", 1), source("b", 1));
    rig.model("a", 1).holdDecodes();
    flood(8); // Its limit; one is being decoded.
    assertThatThrownBy(() -> flood(1)).hasMessage("QUEUE_FULL");
    CompletableFuture<ScoreResult> other = rig.score(rig.request("b", "4"));

    rig.model("a", 1).releaseDecodes(2);

    assertThat(other).succeedsWithin(ScoringRig.SOON);
    assertThat(answered()).isLessThanOrEqualTo(2);
    rig.model("a", 1).releaseDecodes(6);
    assertThat(flood).allSatisfy(answer -> assertThat(answer).succeedsWithin(ScoringRig.SOON));
  }

  @Test
  void aBusyEngineOfOneModelDelaysNoOther() throws InterruptedException {
    rig.serve(source("a", 1), source("b", 1));
    rig.model("a", 1).hold();
    flood(8);
    rig.model("a", 1).awaitCall();

    CompletableFuture<ScoreResult> other = rig.score(rig.request("b", "4"));

    assertThat(other).succeedsWithin(ScoringRig.SOON);
    assertThat(answered()).isZero();
  }
}
