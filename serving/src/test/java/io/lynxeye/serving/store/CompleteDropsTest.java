package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.archive.Tree;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A drop is not served while it is being copied; its previous content still is. */
class CompleteDropsTest {

  @TempDir private Path root;
  private StoreRig rig;
  private StoreWatcher watcher;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
    watcher = rig.watcher();
  }

  private void assertServed(String... versions) {
    assertThat(StoreRig.versions(watcher.contents())).containsExactly(versions);
  }

  private static void append(Path file) throws IOException {
    Files.writeString(file, "more", StandardOpenOption.APPEND);
  }

  private ModelSource settled() {
    StoreRig.scan(watcher, 3);
    return StoreRig.only(watcher.contents());
  }

  @Test
  void aDropIsServedAfterThreeEqualScans() throws IOException {
    rig.savedModel("m/1");

    StoreRig.scan(watcher, 2);
    assertServed();
    watcher.scanInTurn();
    assertServed("m/1");
  }

  @Test
  void aDropIsNotServedWhileItGrows() throws IOException {
    Path file = rig.savedModel("m/1").resolve("saved_model.pb");
    for (int i = 0; i < 10; i++) {
      watcher.scanInTurn();
      append(file);
      watcher.scanInTurn();
      assertServed();
      append(file);
    }
    StoreRig.scan(watcher, 3);
    assertServed("m/1");
  }

  @Test
  void aDropIsNotServedWhileAHiddenFileGrows() throws IOException {
    rig.savedModel("m/1");
    Path hidden = rig.file("m/1/variables/.variables.data.x7f3a1", "rsync");
    for (int i = 0; i < 4; i++) {
      watcher.scanInTurn();
      append(hidden);
    }
    assertServed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.part", "variables/x.tmp", "a.crdownload", "b.swp", "c~"})
  void aFolderWithATemporaryFileIsBeingCopied(String name) throws IOException {
    rig.savedModel("m/1");
    Path temporary = rig.file("m/1/" + name, "");

    StoreRig.scan(watcher, 5);
    assertServed();
    assertThat(rig.reasons(watcher.contents()))
        .containsExactly(
            "m/1: "
                + name
                + " in it looks like an unfinished copy: it is loaded once that file is gone");
    Files.delete(temporary);
    StoreRig.scan(watcher, 3);
    assertServed("m/1");
    assertThat(watcher.contents().unusable()).isEmpty();
  }

  @Test
  void anIncompleteSetOfShardsIsReportedAndNotServed() throws IOException {
    rig.savedModel("m/1");
    rig.file("m/1/variables/variables.data-00000-of-00002", "0");
    rig.file("m/1/variables/variables.index", "");
    StoreRig.scan(watcher, 5);

    assertServed();
    assertThat(rig.reasons(watcher.contents()))
        .containsExactly(
            "m/1: variables/variables.data-00001-of-00002 is missing: it is loaded when its"
                + " variables are complete");
    rig.file("m/1/variables/variables.data-00001-of-00002", "1");
    StoreRig.scan(watcher, 3);
    assertServed("m/1");
  }

  @Test
  void aRunningCopyDoesNotDelayOtherModels() throws IOException {
    rig.savedModel("m/1");
    Path growing = rig.savedModel("n/1").resolve("saved_model.pb");
    for (int i = 0; i < 3; i++) {
      watcher.scanInTurn();
      append(growing);
    }
    assertServed("m/1");
  }

  @Test
  void aServedVersionStaysUnchangedWhileItsFilesChange() throws IOException {
    Path file = rig.savedModel("m/1").resolve("saved_model.pb");
    ModelSource before = settled();
    for (int i = 0; i < 5; i++) {
      append(file);
      watcher.scanInTurn();
      assertThat(StoreRig.only(watcher.contents())).isEqualTo(before);
    }
    StoreRig.scan(watcher, 2);

    assertThat(StoreRig.only(watcher.contents())).isNotEqualTo(before);
    assertThat(StoreRig.only(watcher.contents()).id()).isEqualTo(before.id());
  }

  @Test
  void aServedVersionStaysWhenItsFilesBecomeUnusable() throws IOException {
    rig.savedModel("m/1");
    ModelSource before = settled();
    rig.file("m/1/serving.properties", "topK=many");
    StoreRig.scan(watcher, 5);

    assertThat(StoreRig.only(watcher.contents())).isEqualTo(before);
    assertThat(rig.reasons(watcher.contents()))
        .containsExactly("m/1: serving.properties: topK=many is not an integer of at least 1");
    Files.delete(rig.store.resolve("m/1/serving.properties"));
    StoreRig.scan(watcher, 3);
    assertThat(StoreRig.only(watcher.contents())).isEqualTo(before);
    assertThat(watcher.contents().unusable()).isEmpty();
  }

  @Test
  void aDeletionTakesEffectAtTheSecondScanThatMissesIt() throws IOException {
    rig.savedModel("m/1");
    Path second = rig.savedModel("m/2");
    StoreRig.scan(watcher, 3);
    assertServed("m/1", "m/2");
    new Tree(second).delete();
    watcher.scanInTurn();
    assertServed("m/1", "m/2");
    watcher.scanInTurn();
    assertServed("m/1");
    new Tree(rig.store.resolve("m")).delete();
    StoreRig.scan(watcher, 2);
    assertServed();
  }

  @Test
  void aVersionWhoseFilesAreDeletedIsRemovedOnceThatIsStable() throws IOException {
    Path folder = rig.savedModel("m/1");
    StoreRig.scan(watcher, 3);
    Files.delete(folder.resolve("saved_model.pb"));
    StoreRig.scan(watcher, 3);
    assertServed("m/1");
    watcher.scanInTurn();
    assertServed();
  }

  @Test
  void scansOnRequestDoNotMakeACopyComplete() throws IOException {
    rig.savedModel("m/1");
    watcher.scanInTurn();
    for (int i = 0; i < 10; i++) {
      watcher.scanOnRequest();
    }
    watcher.scanInTurn();
    assertServed();
    watcher.scanInTurn();
    assertServed("m/1");
  }

  @Test
  void aRestoredVersionIsANewDrop() throws IOException {
    Path folder = rig.savedModel("m/1");
    StoreRig.scan(watcher, 3);
    Path away = Files.move(folder, root.resolve("away"));
    watcher.scanInTurn();
    Files.move(away, folder);
    watcher.scanInTurn();
    assertServed();
    StoreRig.scan(watcher, 2);
    assertServed("m/1");
  }

  @Test
  void anAnnouncedVersionIsServedAtOnce() throws IOException {
    rig.savedModel("m/1");
    rig.savedModel("n/1");
    watcher.complete(new ModelId("m", 1));
    watcher.scanInTurn();
    assertServed("m/1");

    watcher.complete(new ModelId("n", 7)); // It does not exist; this applies to the next scan only.
    watcher.scanInTurn();
    rig.savedModel("n/7");
    watcher.scanInTurn();
    assertServed("m/1", "n/1");
  }

  @Test
  void anAnnouncedReplacementIsServedAtOnce() throws IOException {
    rig.savedModel("m/1");
    ModelSource before = settled();
    Path next = rig.savedModel(".staging/1");
    Files.move(rig.store.resolve("m/1"), rig.store.resolve(".old"), StandardCopyOption.ATOMIC_MOVE);
    Files.move(next, rig.store.resolve("m/1"), StandardCopyOption.ATOMIC_MOVE);
    watcher.complete(new ModelId("m", 1));
    watcher.scanInTurn();

    assertThat(StoreRig.only(watcher.contents())).isNotEqualTo(before);
  }

  @Test
  void aFileReplacedByOneOfTheSameSizeAndTimeIsAChange() throws IOException {
    Path file = rig.savedModel("m/1").resolve("saved_model.pb");
    ModelSource before = settled();
    Path other = Files.writeString(root.resolve("other"), "another");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    StoreRig.scan(watcher, 3);

    assertThat(Files.size(file)).isEqualTo(7);
    assertThat(StoreRig.only(watcher.contents())).isNotEqualTo(before);
  }
}
