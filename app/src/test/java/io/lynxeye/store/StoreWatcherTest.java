package io.lynxeye.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynxeye.model.ModelId;
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

/** When the listener is told, and on which thread. */
class StoreWatcherTest {

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  @Test
  void anEmptyStoreIsToldAtOnce() {
    rig.watcher().lookInTurn();
    assertThat(rig.told).containsExactly(ModelStore.Contents.EMPTY);
  }

  @Test
  void whatLiesThereAtFirstIsToldTogetherWhenItHasSettled() throws IOException {
    rig.savedModel("a/1");
    rig.savedModel("b/1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.look(watcher, 2);
    assertThat(rig.told).isEmpty();
    watcher.lookInTurn();
    assertThat(rig.told).hasSize(1);
    assertThat(StoreRig.versions(rig.told.get(0))).containsExactly("a/1", "b/1");
  }

  @Test
  void aCopyThatIsUnderWayAtFirstHoldsUpNothing() throws IOException {
    rig.savedModel("a/1");
    StoreWatcher watcher = rig.watcher();
    for (int i = 0; i < 3; i++) {
      rig.file("b/1/saved_model.pb", "x".repeat(i));
      watcher.lookInTurn();
    }
    assertThat(rig.told).hasSize(1);
  }

  @Test
  void onlyWhatDiffersIsTold() throws IOException {
    Path stray = rig.file("notes", "");
    rig.savedModel("m/1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.look(watcher, 10);
    assertThat(rig.told).hasSize(1);
    Files.delete(stray);
    StoreRig.look(watcher, 10);
    assertThat(rig.told).hasSize(2);
    assertThat(rig.told.get(1).strays()).isEmpty();
  }

  @Test
  void looksOnAThreadOfItsOwnUntilItIsClosed() throws IOException {
    List<String> threads = new CopyOnWriteArrayList<>();
    List<List<String>> told = new CopyOnWriteArrayList<>();
    StoreWatcher watcher =
        rig.watcher(
            contents -> {
              threads.add(Thread.currentThread().getName());
              told.add(StoreRig.versions(contents));
            });
    try (watcher) {
      watcher.start();
      await().until(() -> told.size() == 1);
      rig.savedModel("m/1");
      await().until(() -> told.size() == 2);
      assertThat(told).containsExactly(List.of(), List.of("m/1"));
    }
    assertThat(threads).containsOnly("store-watcher");
    assertThat(watcher.lookNow()).isCompletedWithValue(watcher.contents());
  }

  @Test
  void lookingNowAnswersWhenTheListenerHasBeenTold() throws Exception {
    List<ModelStore.Contents> told = new ArrayList<>();
    try (StoreWatcher watcher = rig.watcher(told::add)) {
      rig.savedModel("m/1");
      watcher.complete(new ModelId("m", 1));
      ModelStore.Contents found = watcher.lookNow().get(10, TimeUnit.SECONDS);

      assertThat(StoreRig.versions(found)).containsExactly("m/1");
      assertThat(told).containsExactly(found);
    }
  }

  @Test
  void aListenerThatFailsDoesNotEndTheLooking() throws IOException {
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
  void aClosedWatcherTellsNothing() throws IOException {
    StoreWatcher watcher = rig.watcher();
    watcher.close();
    rig.savedModel("m/1");
    StoreRig.look(watcher, 4);
    assertThat(rig.told).isEmpty();
  }
}
