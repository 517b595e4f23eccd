package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a temporary failure of a network share, unreadable entries keep their last content. */
class UnreadableStoreTest {

  @TempDir private Path root;
  private StoreRig rig;
  private StoreWatcher watcher;
  private List<ModelSource> before;

  @BeforeEach
  void serveThreeVersions() throws IOException {
    rig = new StoreRig(root);
    rig.savedModel("m/1");
    rig.savedModel("m/2/");
    rig.file("m/serving.properties", "versions=all");
    rig.zip("m.zip", "3/saved_model.pb", "3");
    rig.savedModel("n");
    watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    before = watcher.contents().sources().toList();
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1", "m/2", "m/3", "n/1");
  }

  private void assertKeptWhile(String folder) {
    rig.locked.add(rig.store.resolve(folder));
    for (int i = 0; i < 4; i++) {
      watcher.scanInTurn();
      assertThat(watcher.contents().sources().toList()).isEqualTo(before);
      assertThat(rig.reasons(watcher.contents()))
          .containsExactly(folder + ": it cannot be read: permission denied");
    }
    rig.locked.clear();
    watcher.scanInTurn();
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
    assertThat(watcher.contents().unusable()).isEmpty();
  }

  @Test
  void anUnreadableStoreKeepsItsModels() {
    assertKeptWhile("");
  }

  @Test
  void anUnreadableModelKeepsItsVersions() {
    assertKeptWhile("m");
    assertKeptWhile("n");
  }

  @Test
  void anUnreadableVersionKeepsItsContent() {
    assertKeptWhile("m/2");
  }

  @Test
  void aMissingStoreKeepsItsModels() throws IOException {
    Path away = Files.move(rig.store, root.resolve("unmounted"));
    StoreRig.scan(watcher, 4);
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
    assertThat(rig.reasons(watcher.contents()))
        .containsExactly(": it cannot be read: it is not there any more");
    Files.move(away, rig.store);
    watcher.scanInTurn();
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
  }

  /** As after the end of a mount: the folder of the mount point is empty. */
  @Test
  void anEmptyFolderInPlaceOfTheStoreKeepsItsModels() throws IOException {
    Path away = Files.move(rig.store, root.resolve("unmounted"));
    Files.createDirectory(rig.store);
    watcher.scanOnRequest();
    StoreRig.scan(watcher, 4);
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
    assertThat(watcher.unreadable())
        .hasValueSatisfying(
            why -> assertThat(why).contains("another, empty folder is in its place"));

    Files.delete(rig.store);
    Files.move(away, rig.store);
    watcher.scanInTurn();
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
    assertThat(watcher.unreadable()).isEmpty();
  }

  @Test
  void anotherFolderWithModelsReplacesTheStore() throws IOException {
    Files.move(rig.store, root.resolve("old"));
    rig.savedModel("o");
    StoreRig.scan(watcher, 4);
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("o/1");
  }

  @Test
  void aStoreThatIsEmptiedIsEmpty() throws IOException {
    for (String entry : List.of("m", "m.zip", "n")) {
      Files.move(rig.store.resolve(entry), root.resolve(entry));
    }
    StoreRig.scan(watcher, 2);
    assertThat(watcher.contents().isEmpty()).isTrue();
    assertThat(watcher.unreadable()).isEmpty();
  }

  /** It had no models, but it was there: what is missing now is not known to be empty. */
  @Test
  void anEmptyStoreThatVanishedIsUnreadable() throws IOException {
    StoreRig empty = new StoreRig(root.resolve("other"));
    StoreWatcher other = empty.watcher();
    other.scanInTurn();
    assertThat(other.unreadable()).isEmpty();
    Files.delete(empty.store);
    other.scanInTurn();
    assertThat(other.unreadable()).isPresent();
  }

  @Test
  void aModelDeletedWhileAnotherIsUnreadableIsRemoved() throws IOException {
    rig.locked.add(rig.store.resolve("m"));
    Files.move(rig.store.resolve("n"), root.resolve("n"));
    watcher.scanOnRequest();
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1", "m/2", "m/3");
  }

  @Test
  void anEntryThatWasNeverReadableIsReported() throws IOException {
    StoreWatcher other = rig.watcher();
    rig.locked.add(rig.store.resolve("m"));
    StoreRig.scan(other, 3);
    assertThat(StoreRig.versions(other.contents())).containsExactly("n/1");
    assertThat(other.contents().unusable()).hasSize(1);
  }

  @Test
  void anUnreadableScanRestartsTheCount() throws IOException {
    rig.savedModel("m/4");
    StoreRig.scan(watcher, 2);
    rig.locked.add(rig.store.resolve("m"));
    watcher.scanInTurn();
    rig.locked.clear();
    StoreRig.scan(watcher, 2);
    assertThat(watcher.contents().sources().toList()).isEqualTo(before);
    watcher.scanInTurn();
    assertThat(StoreRig.versions(watcher.contents())).contains("m/4");
  }
}
