package io.lynxeye.serving.lifecycle;

import static io.lynxeye.serving.fakes.FakeLoader.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes of the files or settings of models that serve. */
@Timeout(30)
class ModelChangesTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final VersionChoice STABLE = new VersionChoice.Label("stable");

  private final FakeLoader loader = new FakeLoader();
  private final ModelRegistry registry = new ModelRegistry();
  private final CountDownLatch loading = new CountDownLatch(1);
  private final CountDownLatch mayLoad = new CountDownLatch(1);
  private final ModelManager manager = manager(loader);

  private ModelManager manager(ModelLoader through) {
    return new ModelManager(
        through,
        registry,
        new BatchPolicy(1, Duration.ZERO, 16, 1),
        SOON,
        status -> {},
        new FakeClock(),
        () -> Instant.EPOCH,
        Trials.NONE);
  }

  /** A loader whose loads wait for a signal. */
  private ModelManager slowManager() {
    return manager(
        source -> {
          loading.countDown();
          await(mayLoad);
          return loader.load(source);
        });
  }

  @AfterEach
  void stop() {
    manager.stop().join();
  }

  private void reconcile(Map<String, String> settings, ModelSource... sources) {
    List<StoredModel> found =
        List.of(new StoredModel("m", ModelSettings.of(settings), List.of(sources)));
    assertThat(manager.reconcile(found)).succeedsWithin(SOON);
  }

  private static ModelSource changed(int version) {
    return source("m", version, Map.of(), "changed");
  }

  private Optional<Long> find(VersionChoice version) {
    return registry.find("m", version).map(model -> model.id().version().value());
  }

  @Test
  void changedFilesReplaceThoseThatServe() {
    reconcile(Map.of(), source("m", 1));
    FakeModel before = loader.model("m", 1);
    loader.forget("m", 1);

    reconcile(Map.of(), changed(1));

    assertThat(loader.loads()).hasSize(2);
    assertThat(before.isClosed()).isTrue();
    assertThat(loader.model("m", 1).isClosed()).isFalse();
    assertThat(registry.all()).hasSize(1);
  }

  @Test
  void changedFilesThatFailToLoadLeaveTheServingOnes() {
    reconcile(Map.of(), source("m", 1));
    loader.fail("m", 1, "its graph is cut off");

    reconcile(Map.of(), changed(1));
    reconcile(Map.of(), changed(1));

    assertThat(loader.model("m", 1).isClosed()).isFalse();
    assertThat(find(VersionChoice.newest())).contains(1L);
    assertThat(loader.loads()).hasSize(2);
    ModelStatus status = manager.statuses().get(0);
    assertThat(status.state()).isEqualTo(ModelState.AVAILABLE);
    assertThat(status.failure())
        .contains("its files have changed and cannot be served as they are: its graph is cut off");
    assertThat(status.isFailed()).isFalse();
  }

  @Test
  void aFailedVersionIsRetriedWhenItsFilesChange() {
    loader.fail("m", 1, "its graph is cut off");
    reconcile(Map.of(), source("m", 1));
    loader.succeed("m", 1);

    reconcile(Map.of(), changed(1));

    assertThat(find(VersionChoice.newest())).contains(1L);
  }

  @Test
  void aFailedVersionIsRetriedOnRequest() {
    loader.fail("m", 1, "the device has no memory left");
    reconcile(Map.of(), source("m", 1));
    loader.succeed("m", 1);

    assertThat(manager.retry("other")).succeedsWithin(SOON);
    assertThat(registry.all()).isEmpty();
    assertThat(manager.retry("m")).succeedsWithin(SOON);

    assertThat(find(VersionChoice.newest())).contains(1L);
  }

  @Test
  void aLabelMovesOnlyOnceItsNewVersionServes() {
    reconcile(Map.of("labels", "stable:1"), source("m", 1));
    assertThat(find(STABLE)).contains(1L);

    loader.fail("m", 2, "its graph is cut off");
    reconcile(Map.of("labels", "stable:2"), source("m", 1), source("m", 2));
    assertThat(find(STABLE)).contains(1L);

    loader.succeed("m", 2);
    reconcile(Map.of("labels", "stable:2"), source("m", 1), changed(2));
    assertThat(find(STABLE)).contains(2L);
    assertThat(find(new VersionChoice.Exactly(1))).isEmpty();
  }

  @Test
  void aRemovedOrUnknownLabelFindsNothing() {
    reconcile(Map.of("labels", "stable:1"), source("m", 1));
    assertThat(find(new VersionChoice.Label("canary"))).isEmpty();

    reconcile(Map.of(), source("m", 1));
    assertThat(find(STABLE)).isEmpty();
  }

  @Test
  void workersFollowTheSettingsWithoutALoad() {
    reconcile(Map.of(), source("m", 1, Map.of("maxWorkers", "2")));
    ServedModel served = registry.find("m", VersionChoice.newest()).orElseThrow();
    assertThat(served.workers()).isEqualTo(2);

    reconcile(Map.of("workers", "5"), source("m", 1, Map.of("maxWorkers", "2")));
    assertThat(served.workers()).isEqualTo(5);

    reconcile(Map.of(), source("m", 1, Map.of("maxWorkers", "2")));
    assertThat(served.workers()).isEqualTo(2);
    assertThat(loader.loads()).hasSize(1);
  }

  @Test
  void withUnloadFirstTheOldVersionIsClosedBeforeTheNewOneIsLoaded() {
    ModelManager frugal =
        manager(
            source -> {
              if (source.id().version().value() == 2) {
                assertThat(loader.model("m", 1).isClosed()).isTrue();
              }
              return loader.load(source);
            });
    ModelSettings settings = ModelSettings.of(Map.of("swap_policy", "resource_preserving"));
    frugal.reconcile(List.of(new StoredModel("m", settings, List.of(source("m", 1))))).join();

    frugal
        .reconcile(List.of(new StoredModel("m", settings, List.of(source("m", 1), source("m", 2)))))
        .join();

    assertThat(find(VersionChoice.newest())).contains(2L);
    frugal.stop().join();
  }

  @Test
  void theNewestDesiredStateCountsDuringALoad() throws Exception {
    ModelManager slow = slowManager();
    CompletableFuture<Void> first =
        slow.reconcile(FakeLoader.store(source("a", 1), source("b", 1), source("c", 1)));
    loading.await();

    CompletableFuture<Void> second = slow.reconcile(FakeLoader.store(source("a", 1)));
    mayLoad.countDown();

    assertThat(first).succeedsWithin(SOON);
    assertThat(second).succeedsWithin(SOON);
    assertThat(loader.loads()).containsExactly(new ModelId("a", 1));
    slow.stop().join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void versionsRemovedFromTheStoreAreForgotten() {
    loader.fail("m", 3, "its graph is cut off");
    for (int version = 1; version <= 3; version++) {
      reconcile(Map.of(), source("m", version));
    }
    assertThat(manager.statuses())
        .extracting(status -> status.id().version().value())
        .containsExactly(3L);

    assertThat(manager.reconcile(List.of())).succeedsWithin(SOON);
    assertThat(manager.statuses()).isEmpty();
  }

  @Test
  void anObsoleteLoadIsAborted() {
    ModelManager slow = slowManager();
    CompletableFuture<Void> first = slow.reconcile(FakeLoader.store(source("a", 1)));
    await(loading);

    CompletableFuture<Void> stopped = slow.stop();
    mayLoad.countDown();

    assertThat(first).succeedsWithin(SOON);
    assertThat(stopped).succeedsWithin(SOON);
    assertThat(loader.model("a", 1).warmUps()).isEmpty();
    assertThat(loader.model("a", 1).isClosed()).isTrue();
  }

  @Test
  void aModelIsExpectedWhileItLoads() throws Exception {
    ModelManager slow = slowManager();
    loader.fail("b", 1, "its graph is cut off");
    CompletableFuture<Void> all = slow.reconcile(FakeLoader.store(source("a", 1), source("b", 1)));
    loading.await();

    assertThat(registry.isExpected("a")).isTrue();
    assertThat(registry.isExpected("b")).isTrue();
    mayLoad.countDown();
    assertThat(all).succeedsWithin(SOON);
    assertThat(registry.isExpected("a")).isFalse();
    assertThat(registry.isExpected("b")).isFalse();
    slow.stop().join();
  }

  @Test
  void nothingIsLoadedAfterAStop() {
    reconcile(Map.of(), source("m", 1));
    manager.stop().join();

    assertThat(manager.reconcile(FakeLoader.store(source("m", 2)))).succeedsWithin(SOON);
    assertThat(manager.retry("m")).succeedsWithin(SOON);
    assertThat(loader.loads()).hasSize(1);
  }
}
