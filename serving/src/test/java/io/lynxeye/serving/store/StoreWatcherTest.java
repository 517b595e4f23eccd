package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The time and the thread of calls to the listener. */
class StoreWatcherTest {

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  @Test
  void anEmptyStoreIsReportedAtOnce() {
    rig.watcher().scanInTurn();
    assertThat(rig.reported).containsExactly(ModelStore.Contents.EMPTY);
  }

  @Test
  void theFirstModelsAreReportedTogetherOnceStable() throws IOException {
    rig.savedModel("a/1");
    rig.savedModel("b/1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 2);
    assertThat(rig.reported).isEmpty();
    watcher.scanInTurn();
    assertThat(rig.reported).hasSize(1);
    assertThat(StoreRig.versions(rig.reported.get(0))).containsExactly("a/1", "b/1");
  }

  @Test
  void aCopyThatIsRunningAtFirstDelaysNothing() throws IOException {
    rig.savedModel("a/1");
    StoreWatcher watcher = rig.watcher();
    for (int i = 0; i < 3; i++) {
      rig.file("b/1/saved_model.pb", "x".repeat(i));
      watcher.scanInTurn();
    }
    assertThat(rig.reported).hasSize(1);
  }

  @Test
  void onlyChangesAreReported() throws IOException {
    Path stray = rig.file("notes", "");
    rig.savedModel("m/1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 10);
    assertThat(rig.reported).hasSize(1);
    Files.delete(stray);
    StoreRig.scan(watcher, 10);
    assertThat(rig.reported).hasSize(2);
    assertThat(rig.reported.get(1).strays()).isEmpty();
  }

  @Test
  void scansOnItsOwnThreadUntilClosed() throws IOException {
    List<String> threads = new CopyOnWriteArrayList<>();
    List<List<String>> reported = new CopyOnWriteArrayList<>();
    StoreWatcher watcher =
        rig.watcher(
            contents -> {
              threads.add(Thread.currentThread().getName());
              reported.add(StoreRig.versions(contents));
            });
    try (watcher) {
      watcher.start();
      await().until(() -> reported.size() == 1);
      rig.savedModel("m/1");
      await().until(() -> reported.size() == 2);
      assertThat(reported).containsExactly(List.of(), List.of("m/1"));
    }
    assertThat(threads).containsOnly("store-watcher");
    assertThat(watcher.lookNow()).isCompletedWithValue(watcher.contents());
  }

  @Test
  void aScanOnRequestEndsAfterTheListenerWasCalled() throws Exception {
    List<ModelStore.Contents> reported = new ArrayList<>();
    try (StoreWatcher watcher = rig.watcher(reported::add)) {
      rig.savedModel("m/1");
      watcher.complete(new ModelId("m", 1));
      ModelStore.Contents found = watcher.lookNow().get(10, TimeUnit.SECONDS);

      assertThat(StoreRig.versions(found)).containsExactly("m/1");
      assertThat(reported).containsExactly(found);
    }
  }

  @Test
  void aFailingListenerDoesNotStopTheScans() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (StoreWatcher watcher =
        rig.watcher(
            contents -> {
              calls.incrementAndGet();
              throw new IllegalStateException("a defect of the listener");
            })) {
      watcher.start();
      await().until(() -> calls.get() == 1);
      rig.savedModel("m/1");
      await().until(() -> calls.get() == 2);
      await().until(() -> !watcher.contents().models().isEmpty());
    }
  }

  @Test
  void aClosedWatcherReportsNothing() throws IOException {
    StoreWatcher watcher = rig.watcher();
    watcher.close();
    rig.savedModel("m/1");
    StoreRig.scan(watcher, 4);
    assertThat(rig.reported).isEmpty();
  }
}
