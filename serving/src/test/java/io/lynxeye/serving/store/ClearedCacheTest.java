package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unpacked content stays as long as it is in use. */
class ClearedCacheTest {

  @TempDir private Path root;
  private StoreRig rig;
  private StoreWatcher watcher;
  private Path first;

  @BeforeEach
  void replaceAnArchive() throws IOException {
    rig = new StoreRig(root);
    rig.zip("m.zip", "model.pt", "1");
    watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    first = StoreRig.only(watcher.contents()).folder();
    rig.zip("m.zip", "model.pt", "another");
    StoreRig.scan(watcher, 3);
    assertThat(StoreRig.only(watcher.contents()).folder()).isNotEqualTo(first);
  }

  @Test
  void servedContentIsKeptUntilItIsNoLongerServed() {
    rig.inUse.add(first);
    StoreRig.scan(watcher, 100);
    assertThat(first.resolve("model.pt")).exists();

    rig.inUse.clear();
    StoreRig.scan(watcher, 30);
    assertThat(first).doesNotExist();
  }

  @Test
  void scansOnRequestDoNotCountTowardsTheDeletion() {
    for (int i = 0; i < 100; i++) {
      watcher.scanOnRequest();
    }
    assertThat(first).exists();
    StoreRig.scan(watcher, 30);
    assertThat(first).doesNotExist();
  }
}
