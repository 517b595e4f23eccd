package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures are reported, affect no other model and never replace a serving version. */
@Timeout(30)
class ModelManagerFailureTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final FakeLoader loader = new FakeLoader();
  private final ModelRegistry registry = new ModelRegistry();
  private final ModelManager manager = manager(loader);

  private ModelManager manager(ModelLoader loader) {
    return new ModelManager(
        loader,
        registry,
        new BatchPolicy(2, Duration.ZERO, 16, 1),
        SOON,
        status -> {},
        new FakeClock(),
        () -> Instant.EPOCH,
        Trials.NONE);
  }

  @AfterEach
  void stop() {
    manager.stop().join();
  }

  private void reconcile(ModelSource... found) {
    assertThat(manager.reconcile(FakeLoader.store(found))).succeedsWithin(SOON);
  }

  private List<Long> available(String name) {
    return registry.all().stream()
        .filter(model -> model.id().name().equals(name))
        .map(model -> model.id().version().value())
        .toList();
  }

  @Test
  void aModelThatFailsToLoadIsReportedAndAffectsNoOther() {
    loader.fail("a", 1, "its graph is cut off");

    reconcile(source("a", 1), source("b", 1));

    assertThat(available("b")).containsExactly(1L);
    ModelStatus failed = manager.statuses().get(0);
    assertThat(failed.state()).isEqualTo(ModelState.END);
    assertThat(failed.failure()).contains("its graph is cut off");
  }

  @Test
  void aFailedVersionIsNotRetried() {
    loader.fail("m", 1, "its graph is cut off");

    reconcile(source("m", 1));
    reconcile(source("m", 1));

    assertThat(loader.loads()).hasSize(1);
  }

  @Test
  void aModelWhoseWarmUpFailsIsClosedAndReported() {
    loader.model("m", 1).failWarmUp();

    reconcile(source("m", 1));

    assertThat(loader.model("m", 1).isClosed()).isTrue();
    assertThat(manager.statuses().get(0).failure())
        .contains("it loads, but cannot score: the warm-up failed");
    assertThat(registry.all()).isEmpty();
  }

  @Test
  void anUnexpectedExceptionIsReportedAndAffectsNoOther() {
    ModelManager broken =
        manager(
            source -> {
              switch (source.id().name()) {
                case "a" -> throw new IllegalStateException("a defect");
                case "b" -> throw new UnsatisfiedLinkError("no such library");
                default -> {
                  return loader.load(source);
                }
              }
            });

    assertThat(broken.reconcile(FakeLoader.store(source("a", 1), source("b", 1), source("c", 1))))
        .succeedsWithin(SOON);

    assertThat(available("c")).containsExactly(1L);
    assertThat(broken.statuses())
        .extracting(status -> status.failure().orElse("none"))
        .satisfiesExactly(
            a -> assertThat(a).isEqualTo("it failed to load; the server's log has the cause"),
            b -> assertThat(b).isEqualTo("it failed to load; the server's log has the cause"),
            c -> assertThat(c).isEqualTo("none"));
    broken.stop().join();
  }

  @Test
  void anErrorDuringTheWarmUpIsReportedAndAffectsNoOther() {
    loader.model("a", 1).crash(new OutOfMemoryError("no memory for a batch of 2"));

    reconcile(source("a", 1), source("b", 1));

    assertThat(available("b")).containsExactly(1L);
    assertThat(loader.model("a", 1).isClosed()).isTrue();
    assertThat(manager.statuses().get(0).failure().orElseThrow())
        .isEqualTo("it failed to load; the server's log has the cause");
  }

  @Test
  void aModelThatFailsToCloseIsUnloadedAndAffectsNoOther() {
    reconcile(source("a", 1), source("b", 1));
    loader.model("a", 1).crash(new IllegalStateException("a native handle is stuck"));

    reconcile();

    assertThat(registry.all()).isEmpty();
    assertThat(loader.model("b", 1).isClosed()).isTrue();
  }

  @Test
  void aFailedNewVersionLeavesTheOldOneServing() {
    reconcile(source("m", 1));
    loader.fail("m", 2, "its graph is cut off");

    reconcile(source("m", 1), source("m", 2));

    assertThat(available("m")).containsExactly(1L);
    assertThat(loader.model("m", 1).isClosed()).isFalse();
  }

  @Test
  void aBrokenNewestVersionMakesTheNextOlderServe() {
    loader.fail("m", 2, "its graph is cut off");

    reconcile(source("m", 1), source("m", 2));

    assertThat(available("m")).containsExactly(1L);
  }
}
