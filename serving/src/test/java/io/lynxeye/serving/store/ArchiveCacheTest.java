package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.Tree;
import io.lynxeye.serving.layout.UnusableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCacheTest {

  @TempDir private Path root;
  private StoreRig rig;
  private ArchiveCache cache;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
    cache = cache();
  }

  private ArchiveCache cache() {
    return new ArchiveCache(rig.cache, ArchiveLimits.DEFAULT);
  }

  private static BasicFileAttributes attributes(Path archive) throws IOException {
    return Files.readAttributes(archive, BasicFileAttributes.class);
  }

  private Path unpack(Path archive) throws Exception {
    return cache.unpack(archive, attributes(archive));
  }

  private Set<Path> below(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return new HashSet<>(paths.toList());
    }
  }

  private List<Path> unfinished() throws IOException {
    return below(rig.cache.resolve("unpacked")).stream()
        .filter(path -> path.getFileName().toString().startsWith(".unfinished"))
        .toList();
  }

  /** Creates an archive that takes a while to unpack: 30 MB that do not compress. */
  private Path large() throws Exception {
    byte[] noise = new byte[20_000_000];
    new Random(1).nextBytes(noise);
    return rig.zip("m.zip", "saved_model.pb", new String(noise, StandardCharsets.ISO_8859_1));
  }

  @Test
  void unpacksOncePerContent() throws Exception {
    Path archive = rig.zip("m.zip", "a", "1");
    Path first = unpack(archive);
    Files.writeString(first.resolve("mark"), "still the first");

    assertThat(unpack(archive)).isEqualTo(first);
    assertThat(first.resolve("mark")).exists();
    rig.zip("m.zip", "a", "12345");
    assertThat(unpack(archive)).isNotEqualTo(first).isDirectoryContaining("glob:**/a");
  }

  @Test
  void aReplacedArchiveIsUnpackedEvenIfSizeAndTimeAreEqual() throws Exception {
    Path archive = rig.zip("m.zip", "a", "1");
    unpack(archive);
    Path next = rig.zip(".m.zip", "a", "2");
    assertThat(Files.size(next)).isEqualTo(Files.size(archive));
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(archive));
    Files.move(next, archive, StandardCopyOption.ATOMIC_MOVE);

    assertThat(unpack(archive).resolve("a")).hasContent("2");
  }

  @Test
  void aFailureIsNotRetriedUntilTheArchiveChanges() throws Exception {
    Path archive = rig.file("m.zip", "xx");
    assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> unpack(archive));
    FileTime time = Files.getLastModifiedTime(archive);
    Files.write(archive, new byte[] {'y', 'y'});
    Files.setLastModifiedTime(archive, time);

    assertThatExceptionOfType(UnusableException.class)
        .isThrownBy(() -> unpack(archive))
        .withMessageContaining("starts with \"xx\"");
    rig.zip("m.zip", "a", "1");
    assertThat(unpack(archive)).exists();
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void anUnwritableCacheIsReportedAndRetriedLater() throws Exception {
    Files.writeString(rig.cache, "a file in its place");
    Path archive = rig.zip("m.zip", "a", "1");
    assertThatExceptionOfType(UnusableException.class)
        .isThrownBy(() -> unpack(archive))
        .withMessageStartingWith("it cannot be unpacked into " + rig.cache.resolve("unpacked"));
    Files.delete(rig.cache);
    for (int i = 0; i < 30; i++) {
      assertThatExceptionOfType(UnusableException.class).isThrownBy(() -> unpack(archive));
    }
    assertThat(unpack(archive)).exists();
  }

  @Test
  void anArchiveThatChangesWhileItIsUnpackedIsNotUsed() throws Exception {
    Path archive = rig.zip("m.zip", "a", "1");
    BasicFileAttributes before = attributes(archive);
    Files.setLastModifiedTime(archive, FileTime.fromMillis(1));

    assertThatExceptionOfType(UnusableException.class)
        .isThrownBy(() -> cache.unpack(archive, before))
        .withMessageContaining("still being copied");
    assertThat(cache.has(archive, before)).isFalse();
  }

  @Test
  void manyThreadsGetTheSameCompleteFolder() throws Exception {
    Path archive = large();
    List<CompletableFuture<Path>> folders =
        Stream.generate(this::cache)
            .limit(4)
            .map(
                one ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          try {
                            return one.unpack(archive, attributes(archive));
                          } catch (IOException | UnusableException e) {
                            throw new AssertionError(e);
                          }
                        }))
            .toList();
    Set<Path> all = new HashSet<>();
    for (CompletableFuture<Path> folder : folders) {
      all.add(folder.get());
    }
    assertThat(all).hasSize(1);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aProcessKilledWhileUnpackingLeavesNothingThatIsUsed() throws Exception {
    Path archive = large();
    Process process = UnpackingProcess.start(archive, rig.cache);
    await()
        .until(
            () ->
                Files.isDirectory(rig.cache.resolve("unpacked"))
                    && !unfinished().isEmpty()
                    && new Tree(unfinished().get(0)).bytes() > 1_000_000);
    process.destroyForcibly().waitFor();
    assertThat(unfinished()).hasSize(1);
    assertThat(cache.has(archive, attributes(archive))).isFalse();

    assertThat(unpack(archive).resolve("saved_model.pb")).exists();
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void twoProcessesUnpackOnce() throws Exception {
    Path archive = large();
    Process one = UnpackingProcess.start(archive, rig.cache);
    Process two = UnpackingProcess.start(archive, rig.cache);
    String first = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String second = new String(two.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(first).isEqualTo(second).contains(rig.cache.toString());
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void contentOfRemovedArchivesIsDeletedLater() throws Exception {
    Path other = Files.createDirectories(root.resolve("other"));
    Path foreign = Files.copy(rig.zip("m.zip", "model.pt", "1"), other.resolve("m.zip"));
    Path kept = unpack(foreign);
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    Path first = StoreRig.only(watcher.contents()).folder();
    rig.zip("m.zip", "model.pt", "another");
    StoreRig.scan(watcher, 3);
    Path second = StoreRig.only(watcher.contents()).folder();

    StoreRig.scan(watcher, 28);
    assertThat(first).exists();
    StoreRig.scan(watcher, 1);
    assertThat(first).doesNotExist();
    assertThat(second).exists();
    Files.delete(rig.store.resolve("m.zip"));
    StoreRig.scan(watcher, 31);
    assertThat(second.getParent()).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void theOldContentServesUntilTheNewArchiveIsUnpackedEvenIfThatIsDamaged() throws Exception {
    Path archive = rig.zip("m.zip", "model.pt", "1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    var before = StoreRig.only(watcher.contents());
    Files.writeString(archive, "half", StandardOpenOption.TRUNCATE_EXISTING);
    StoreRig.scan(watcher, 40);

    assertThat(StoreRig.only(watcher.contents())).isEqualTo(before);
    assertThat(before.folder().resolve("model.pt")).exists();
    assertThat(watcher.contents().unusable()).hasSize(1);
  }

  @Test
  void aClearedCacheIsFilledAgainWithoutALoad() throws Exception {
    rig.zip("m.zip", "model.pt", "1");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    var before = StoreRig.only(watcher.contents());
    new Tree(rig.cache).delete();
    StoreRig.scan(watcher, 1);

    assertThat(before.folder().resolve("model.pt")).exists();
    assertThat(StoreRig.only(watcher.contents())).isEqualTo(before);
    assertThat(rig.reported).hasSize(1);
  }
}
