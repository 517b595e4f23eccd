package io.lynxeye.serving.scoring;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A version is replaced or unloaded while it has a request in flight. */
@Timeout(30)
class ScoringDuringSwapTest {

  private static final Duration SOON = ScoringRig.SOON;

  private final ScoringRig rig = new ScoringRig("a", SOON);

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aRequestWhoseModelIsReplacedWhileItIsDecodedIsScoredByTheNewVersion() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> answer = rig.score(ScoringRig.image("3"));
    rig.serve(source("a", 2));

    rig.decodeAll();

    assertThat(answer).succeedsWithin(SOON);
    assertThat(answer.join().model().id()).isEqualTo(new ModelId("a", 2));
  }

  @Test
  void aRequestThatTheOldVersionDidNotFinishIsScoredByTheNewOne() throws InterruptedException {
    rig.serve(source("a", 1));
    rig.occupyEngine("a", 1);
    CompletableFuture<ScoreResult> answer = rig.score(ScoringRig.image("3"));
    rig.decodeAll();

    rig.serve(source("a", 2)); // Version 1 is blocked, so its drain reaches the time limit.

    Awaitility.await()
        .untilAsserted(
            () -> {
              rig.decodeAll();
              assertThat(answer).isCompleted();
            });
    assertThat(answer.join().model().id()).isEqualTo(new ModelId("a", 2));
    rig.model("a", 1).release(100);
  }

  @Test
  void aRequestForAVersionThatIsUnloadedFails() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> answer =
        rig.score(ScoringRig.withVersion(ScoringRig.image("3"), 1));
    rig.serve(source("a", 2));

    rig.decodeAll();

    ScoringRig.assertFails(answer, RejectedException.class, "DRAINING");
  }

  /**
   * A version with other inputs may take over between the two; values in another input are wrong.
   */
  @Test
  void tensorsThatWereCheckedAgainstAnotherSignatureAreNotScored() {
    rig.serve(source("a", 2));
    Tensor pixels =
        Tensor.of("b", Datatype.FP32, List.of(1L, 12L), ByteBuffer.allocate(12 * Float.BYTES));
    ModelSignature ofVersion1 =
        new ModelSignature(
            ModelSignature.DEFAULT,
            List.of(pixels.spec()),
            FakeModel.SIGNATURE.outputs(),
            ModelSignature.Takes.TENSORS,
            true);

    CompletableFuture<ScoreResult> answer =
        rig.score(
            new ScoreRequest(
                Optional.empty(),
                VersionChoice.newest(),
                List.of(new ModelInput.Tensors(ofVersion1, List.of(pixels))),
                OptionalInt.empty(),
                Optional.empty()));
    rig.decodeAll();

    ScoringRig.assertFails(answer, RejectedException.class, "DRAINING");
  }

  @Test
  void aRequestForAModelThatIsUnloadedFails() {
    rig.serve(source("a", 1));
    CompletableFuture<ScoreResult> answer =
        rig.score(
            new ScoreRequest(
                Optional.of("a"), VersionChoice.newest(), new byte[] {'3'}, OptionalInt.empty()));
    rig.serve();

    rig.decodeAll();

    ScoringRig.assertFails(answer, RejectedException.class, "DRAINING");
  }
}
