package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.Deadline;
import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.batching.BatchOutput;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to a version that is being replaced. */
@Timeout(30)
class DrainingTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final FakeLoader loader = new FakeLoader();
  private final ModelRegistry registry = new ModelRegistry();
  private ModelManager manager;

  private ServedModel serveFirstVersion(Duration drainTimeout) {
    manager =
        new ModelManager(
            loader,
            registry,
            new BatchPolicy(1, Duration.ZERO, 16, 1),
            drainTimeout,
            status -> {},
            clock,
            () -> Instant.EPOCH,
            Trials.NONE);
    manager.reconcile(FakeLoader.store(source("m", 1))).join();
    return registry.find("m", VersionChoice.newest()).orElseThrow();
  }

  @AfterEach
  void stop() {
    loader.model("m", 1).release(100);
    manager.stop().join();
  }

  private CompletableFuture<BatchOutput<ModelOutput>> submit(ServedModel model, String body)
      throws InvalidInputException {
    PreparedInput sample =
        model.prepare(new ModelInput.Image(body.getBytes(StandardCharsets.UTF_8)));
    return model.submit(sample, clock.in(Duration.ofMinutes(1)));
  }

  @Test
  void theOldVersionFinishesItsJobsWhileTheNewOneServes() throws Exception {
    ServedModel old = serveFirstVersion(SOON);
    FakeModel engine = loader.model("m", 1).hold();
    CompletableFuture<BatchOutput<ModelOutput>> running = submit(old, "3");
    engine.awaitCall();
    CompletableFuture<BatchOutput<ModelOutput>> waiting = submit(old, "4");

    CompletableFuture<Void> swapped = manager.reconcile(FakeLoader.store(source("m", 2)));
    Awaitility.await()
        .until(
            () ->
                registry.find("m", VersionChoice.newest()).orElseThrow().id().version().value()
                    == 2);
    Awaitility.await().until(() -> registry.find("m", new VersionChoice.Exactly(1)).isEmpty());
    assertThat(engine.isClosed()).isFalse();
    engine.release(2);

    assertThat(running).succeedsWithin(SOON).satisfies(out -> assertShows(out, 3));
    assertThat(waiting).succeedsWithin(SOON).satisfies(out -> assertShows(out, 4));
    assertThat(swapped).succeedsWithin(SOON);
    assertThat(engine.isClosed()).isTrue();
  }

  private static void assertShows(BatchOutput<ModelOutput> output, int shown) {
    assertThat(((ModelOutput.Tensors) output.output()).scores().orElseThrow().values()[shown])
        .isEqualTo(0.91f);
  }

  /** An image is accepted before it is decoded: the version waits for it, and still takes it. */
  @Test
  void theOldVersionFinishesWhatIsAcceptedAndNotDecodedYet() throws Exception {
    ServedModel old = serveFirstVersion(SOON);
    Deadline deadline = Deadline.at(clock.in(Duration.ofMinutes(1)));
    Permit accepted = old.limiter().acquire(1, Integer.MAX_VALUE, deadline).get(0);

    CompletableFuture<Void> swapped = manager.reconcile(FakeLoader.store(source("m", 2)));
    Awaitility.await().until(() -> registry.find("m", new VersionChoice.Exactly(1)).isEmpty());
    CompletableFuture<BatchOutput<ModelOutput>> late = submit(old, "3");

    assertThat(late).succeedsWithin(SOON).satisfies(out -> assertShows(out, 3));
    assertThat(swapped).isNotDone();
    accepted.close();
    assertThat(swapped).succeedsWithin(SOON);
    assertThat(loader.model("m", 1).isClosed()).isTrue();
  }

  @Test
  void aDrainedVersionRejectsJobs() {
    ServedModel old = serveFirstVersion(SOON);
    manager.reconcile(FakeLoader.store(source("m", 2))).join();

    assertThatThrownBy(() -> submit(old, "3"))
        .isInstanceOf(RejectedException.class)
        .hasMessage("DRAINING");
  }

  @Test
  void aVersionWithARunningCallStaysInMemoryButDoesNotServe() throws Exception {
    ServedModel old = serveFirstVersion(Duration.ofMillis(20));
    FakeModel engine = loader.model("m", 1).hold();
    CompletableFuture<BatchOutput<ModelOutput>> stuck = submit(old, "3");
    engine.awaitCall();

    manager.reconcile(FakeLoader.store(source("m", 2))).join();

    assertThat(engine.isClosed()).isFalse();
    assertThat(stuck).isNotDone();
    assertThat(manager.statuses())
        .extracting(ModelStatus::state)
        .containsExactly(ModelState.AVAILABLE);

    engine.release(1); // The call ends, so the model can be freed.
    Awaitility.await().until(engine::isClosed);
  }

  /** A decode uses the model, although no inference call does. */
  @Test
  void aVersionForWhichAnImageIsBeingDecodedStaysInMemory() throws Exception {
    ServedModel old = serveFirstVersion(Duration.ofMillis(20));
    FakeModel engine = loader.model("m", 1).holdDecodes();
    CompletableFuture<PreparedInput> decode =
        CompletableFuture.supplyAsync(() -> prepare(old), task -> new Thread(task).start());
    Awaitility.await().until(() -> engine.prepared() == 1);

    manager.reconcile(FakeLoader.store(source("m", 2))).join();

    assertThat(engine.isClosed()).isFalse();
    engine.releaseDecodes(1);
    assertThat(decode).succeedsWithin(SOON).satisfies(PreparedInput::release);
    Awaitility.await().until(engine::isClosed);
    assertThatThrownBy(() -> prepare(old)).hasMessage("DRAINING");
    assertThat(engine.prepared()).isEqualTo(1);
  }

  private static PreparedInput prepare(ServedModel model) {
    try {
      return model.prepare(new ModelInput.Image("3".getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidInputException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
