package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first scan takes what has not changed for three intervals; the clock is moved by hand. */
class FirstScanTest {

  private static final Duration SETTLING = Duration.ofMillis(3L * StoreRig.INTERVAL_MS);

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  private static Instant changed(Path path) throws IOException {
    return ((FileTime) Files.getAttribute(path, "unix:ctime")).toInstant();
  }

  /** The last change of a version folder with one file, or of the folder above it. */
  private static Instant lastChange(Path version) throws IOException {
    Instant file = changed(version.resolve("saved_model.pb"));
    Instant folder = changed(version);
    return file.isAfter(folder) ? file : folder;
  }

  @Test
  void whatIsOldIsTakenAtOnce() throws IOException {
    Path version = rig.savedModel("m/1");
    rig.now = lastChange(version).plus(SETTLING).plusNanos(1);

    rig.watcher().scanInTurn();

    assertThat(rig.reported).hasSize(1);
    assertThat(StoreRig.versions(rig.reported.get(0))).containsExactly("m/1");
  }

  @Test
  void whatChangedWithinTheSettlingTimeIsScannedThreeTimes() throws IOException {
    Path version = rig.savedModel("m/1");
    rig.now = lastChange(version).plus(SETTLING);
    StoreWatcher watcher = rig.watcher();

    StoreRig.scan(watcher, 2);
    assertThat(rig.reported).isEmpty();
    watcher.scanInTurn();

    assertThat(rig.reported).hasSize(1);
  }

  /** As programs do that keep the times of what they copy. */
  @Test
  void aModificationTimeThatWasSetBackDoesNotCount() throws IOException {
    Path version = rig.savedModel("m/1");
    Path file = version.resolve("saved_model.pb");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    Files.setLastModifiedTime(version, FileTime.fromMillis(0));
    rig.now = lastChange(version).plus(SETTLING);

    rig.watcher().scanInTurn();

    assertThat(rig.reported).isEmpty();
  }

  @Test
  void aFolderMovedInLaterIsScannedThreeTimesHoweverOldItIs() throws IOException {
    Path version = rig.savedModel("m/1");
    Path other = Files.createDirectories(root.resolve("other"));
    Files.writeString(other.resolve("saved_model.pb"), "a graph");
    rig.now = Instant.now().plusSeconds(3600);
    StoreWatcher watcher = rig.watcher();
    watcher.scanInTurn();
    assertThat(rig.reported).hasSize(1);

    Files.move(other, version.resolveSibling("2"));
    StoreRig.scan(watcher, 2);
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1");
    watcher.scanInTurn();

    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1", "m/2");
  }
}
