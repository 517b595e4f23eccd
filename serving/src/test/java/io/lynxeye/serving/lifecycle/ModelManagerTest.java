package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ModelManagerTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final BatchPolicy DEFAULTS = new BatchPolicy(2, Duration.ZERO, 16, 1);

  private final FakeLoader loader = new FakeLoader();
  private final ModelRegistry registry = new ModelRegistry();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ModelManager manager = manager(loader);

  private ModelManager manager(ModelLoader loader) {
    ModelListener listener =
        new ModelListener() {
          @Override
          public void changed(ModelStatus status) {
            boolean found = registry.find(status.id().name(), version(status)).isPresent();
            events.add(status.id() + " " + status.state() + (found ? ", found" : ""));
          }

          @Override
          public void warmed(ModelId id, int done, int total) {
            events.add(id + " warmed " + done + " of " + total);
          }
        };
    return new ModelManager(
        loader,
        registry,
        DEFAULTS,
        SOON,
        listener,
        new FakeClock(),
        () -> Instant.EPOCH,
        Trials.NONE);
  }

  private static VersionChoice version(ModelStatus status) {
    return new VersionChoice.Exactly(status.id().version().value());
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
  void aVersionIsAvailableOnceLoadedAndWarmedUpAtEveryBatchSize() {
    reconcile(source("m", 1));

    assertThat(events)
        .containsExactly(
            "m/1 START",
            "m/1 LOADING",
            "m/1 warmed 1 of 2",
            "m/1 warmed 2 of 2",
            "m/1 AVAILABLE, found");
    assertThat(loader.model("m", 1).warmUps()).containsExactly(1, 2);
    assertThat(manager.statuses())
        .extracting(ModelStatus::id, ModelStatus::state, ModelStatus::since)
        .containsExactly(tuple(new ModelId("m", 1), ModelState.AVAILABLE, Instant.EPOCH));
  }

  @Test
  void aRemovedVersionLeavesTheRegistryBeforeItIsUnloaded() {
    reconcile(source("m", 1));
    events.clear();

    reconcile();

    assertThat(events).containsExactly("m/1 UNLOADING", "m/1 END");
    assertThat(loader.model("m", 1).isClosed()).isTrue();
    assertThat(manager.statuses()).isEmpty();
  }

  @Test
  void aNewVersionTakesOverBeforeTheOldIsUnloaded() {
    reconcile(source("m", 1));
    events.clear();

    reconcile(source("m", 1), source("m", 2));

    assertThat(events)
        .containsExactly(
            "m/2 START",
            "m/2 LOADING",
            "m/2 warmed 1 of 2",
            "m/2 warmed 2 of 2",
            "m/2 AVAILABLE, found",
            "m/1 UNLOADING",
            "m/1 END");
    assertThat(available("m")).containsExactly(2L);
    assertThat(loader.model("m", 1).isClosed()).isTrue();
    assertThat(loader.model("m", 2).isClosed()).isFalse();
  }

  @Test
  void aRollbackLoadsTheOldVersionAgain() {
    reconcile(source("m", 1));
    reconcile(source("m", 1), source("m", 2));

    reconcile(source("m", 1));

    assertThat(available("m")).containsExactly(1L);
    assertThat(loader.loads())
        .containsExactly(new ModelId("m", 1), new ModelId("m", 2), new ModelId("m", 1));
  }

  @Test
  void theManifestsBatchSettingsOverrideTheDefaults() {
    reconcile(source("m", 1, Map.of("batch_size", "6")));

    assertThat(loader.model("m", 1).warmUps()).containsExactly(1, 2, 4, 6);
    assertThat(events).contains("m/1 warmed 3 of 4");
  }

  @Test
  void stoppingUnloadsAll() {
    reconcile(source("a", 1), source("b", 1));

    assertThat(manager.stop()).succeedsWithin(SOON);

    assertThat(registry.all()).isEmpty();
    assertThat(loader.model("a", 1).isClosed()).isTrue();
    assertThat(loader.model("b", 1).isClosed()).isTrue();
  }

  @Test
  void stoppingAgainIsNoError() {
    reconcile(source("a", 1));

    assertThat(manager.stop()).succeedsWithin(SOON);
    assertThat(manager.stop()).succeedsWithin(SOON);
  }
}
