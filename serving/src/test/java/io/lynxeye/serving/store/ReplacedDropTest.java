package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model stays served while a new version is moved in and the old one out. */
class ReplacedDropTest {

  @TempDir private Path folder;

  private StoreWatcher watcher;

  private StoreWatcher watcher() {
    ModelStore store = new ModelStore(folder.resolve("store"), folder.resolve("cache"));
    watcher =
        new StoreWatcher(
            store, Duration.ofDays(1), Set::of, InstantSource.system(), contents -> {});
    return watcher;
  }

  @AfterEach
  void close() {
    watcher.close();
  }

  private Path version(int number) throws IOException {
    Path version = Files.createDirectories(folder.resolve("store/m/" + number));
    Files.writeString(version.resolve("saved_model.pb"), "a graph");
    return version;
  }

  private static List<Long> versions(StoredModel model) {
    return model.sources().stream()
        .map(ModelSource::id)
        .map(id -> id.version().value())
        .sorted()
        .toList();
  }

  @Test
  void theModelStaysWhileTheNewVersionIsIncomplete() throws IOException {
    Path old = version(1);
    StoreWatcher scanning = watcher();
    scanning.scanInTurn();
    scanning.scanInTurn();
    assertThat(versions(scanning.scanInTurn().model("m").orElseThrow())).containsExactly(1L);

    version(2);
    Files.move(old, folder.resolve("old"));

    assertThat(versions(scanning.scanInTurn().model("m").orElseThrow())).containsExactly(1L);
    assertThat(versions(scanning.scanInTurn().model("m").orElseThrow())).isEmpty();
    assertThat(versions(scanning.scanInTurn().model("m").orElseThrow())).containsExactly(2L);
  }

  @Test
  void aScanBetweenTheTwoMovesKeepsTheModel() throws IOException {
    Path old = version(1);
    StoreWatcher scanning = watcher();
    scanThreeTimes(scanning);

    Files.move(old, folder.resolve("old"));
    scanning.scanInTurn();
    assertThat(versions(scanning.contents().model("m").orElseThrow())).containsExactly(1L);

    version(1);
    scanning.scanInTurn();
    assertThat(scanning.contents().model("m")).isPresent();
    scanning.scanInTurn();
    assertThat(scanning.contents().model("m")).isPresent();
    scanning.scanInTurn();
    assertThat(versions(scanning.contents().model("m").orElseThrow())).containsExactly(1L);
  }

  @Test
  void anEntryStillMissingAtTheNextScanIsRemoved() throws IOException {
    version(1);
    version(2);
    StoreWatcher scanning = watcher();
    scanThreeTimes(scanning);

    Files.move(folder.resolve("store/m/2"), folder.resolve("old"));
    scanning.scanInTurn();
    assertThat(versions(scanning.contents().model("m").orElseThrow())).containsExactly(1L, 2L);
    scanning.scanInTurn();
    assertThat(versions(scanning.contents().model("m").orElseThrow())).containsExactly(1L);

    Files.move(folder.resolve("store/m"), folder.resolve("m"));
    scanning.scanInTurn();
    assertThat(versions(scanning.contents().model("m").orElseThrow())).containsExactly(1L);
    scanning.scanInTurn();
    assertThat(scanning.contents().models()).isEmpty();
  }

  private static void scanThreeTimes(StoreWatcher scanning) {
    for (int i = 0; i < 3; i++) {
      scanning.scanInTurn();
    }
  }

  @Test
  void aScanOnRequestReportsARemovalAtOnce() throws IOException {
    version(1);
    StoreWatcher scanning = watcher();
    scanning.scanInTurn();
    scanning.scanInTurn();
    scanning.scanInTurn();

    Files.move(folder.resolve("store/m"), folder.resolve("m"));

    assertThat(scanning.scanOnRequest().models()).isEmpty();
  }

  @Test
  void aNewModelIsNotServedUntilItIsComplete() throws IOException {
    version(1);

    assertThat(watcher().scanInTurn().models()).isEmpty();
  }
}
