package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.archive.LockFile;
import io.lynxeye.importers.catalogue.Catalogue;
import io.lynxeye.importers.download.DiskSpace;
import io.lynxeye.importers.download.Downloads;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store has either its previous content or the finished version. */
class StoreFolderTest {
  private static final ImportRequest TINY = ImportRequest.of("tiny");

  @TempDir Path root;

  private Workshop workshop;
  private Path tarball;

  @BeforeEach
  void makePackage() throws Exception {
    workshop = new Workshop(root);
    tarball = workshop.tinyPackage();
  }

  @Test
  void refusesAnExistingVersionBeforeItFetches() throws Exception {
    Path old = oldVersion("tiny/1");
    FakeNpm npm = FakeNpm.running(root, "exit 1");

    assertThatThrownBy(() -> workshop.importer(tarball, npm.command()).run(TINY))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith(old + " exists already")
        .hasMessageContainingAll("--replace", "--as", "--model-version");
    assertThat(npm.calls()).isZero();
  }

  @Test
  void aVersionIsTheSameWithOtherLeadingZeros() throws Exception {
    Path old = oldVersion("tiny/0001");

    assertThatThrownBy(() -> importer().run(TINY.withVersion("01")))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith(old + " exists already");
    assertThat(importer().run(TINY.withVersion("01").withReplace(true))).isEqualTo(old);
    assertThat(importer().run(TINY.withVersion("007"))).hasFileName("007");
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved_model.pb", "net.onnx", "net.pt"})
  void refusesAVersionThatWouldHideAModelWithoutVersionFolders(String file) throws Exception {
    Path bare = Files.createDirectories(workshop.store.resolve("tiny"));
    Files.writeString(bare.resolve(file), "version 1");

    assertThatThrownBy(() -> importer().run(TINY.withReplace(true)))
        .isInstanceOf(ImportException.class)
        .hasMessageStartingWith(bare + " holds a model's files at its top, which is version 1")
        .hasMessageContaining("move them into " + bare.resolve("1") + " first");
    assertThat(workshop.storeContent()).containsExactly("tiny/" + file);
  }

  @Test
  void filesNextToVersionFoldersAreIgnored() throws Exception {
    oldVersion("tiny/7");
    Files.writeString(workshop.store.resolve("tiny/net.onnx"), "not served");
    Files.writeString(workshop.store.resolve("tiny/serving.properties"), "");

    assertThat(importer().run(TINY)).exists();
  }

  @Test
  void replacesAnExistingVersionIfRequested() throws Exception {
    oldVersion("tiny/1");

    importer().run(TINY.withReplace(true));

    assertThat(workshop.storeContent())
        .contains("tiny/1/saved_model.pb")
        .doesNotContain("tiny/1/old");
    assertThat(leftovers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Unpacking", "Converting", "Downloading"})
  void aFailureAtAnyStageLeavesTheOldVersionAndTheNextImportSucceeds(String stage)
      throws Exception {
    oldVersion("tiny/1");
    ModelImporter failing =
        new ModelImporter(
            workshop.store,
            Catalogue.parse(workshop.catalogue(tarball)),
            downloads(failingAt(stage)),
            Optional.empty(),
            DiskSpace.real(),
            failingAt(stage));

    assertThatThrownBy(() -> failing.run(TINY.withReplace(true))).hasMessage(stage);
    assertThat(workshop.storeContent()).containsExactly("tiny/1/old");
    assertThat(leftovers()).isZero();
    assertThat(importer().run(TINY.withReplace(true)).resolve("saved_model.pb")).exists();
  }

  @Test
  void clearsTheStagingFolderOfAKilledImport() throws Exception {
    Path leftover = Files.createDirectories(workshop.store.resolve(".importing-1/unpacked"));
    Files.writeString(leftover.resolve("half"), "half");

    importer().run(TINY);

    assertThat(leftovers()).isZero();
  }

  @Test
  void putsTheOldVersionBackWhenAnImportWasKilledBetweenTheTwoRenames() throws Exception {
    oldVersion(".importing-1/replaced/tiny/1");
    Files.createDirectories(workshop.store.resolve("tiny"));

    assertThatThrownBy(() -> importer().run(TINY)).hasMessageContaining("exists already");
    assertThat(workshop.storeContent()).containsExactly("tiny/1/old");
  }

  @Test
  void deletesTheOldVersionIfTheNewOneIsComplete() throws Exception {
    oldVersion(".importing-1/replaced/tiny/1");
    Path arrived = Files.createDirectories(workshop.store.resolve("tiny/1"));
    Files.writeString(arrived.resolve("new"), "new");

    StoreFolder.open(workshop.store).close();

    assertThat(workshop.storeContent()).containsExactly("tiny/1/new");
  }

  @Test
  void putsTheOldVersionBackWhenTheNewOneCannotBeRenamed() throws Exception {
    oldVersion("tiny/1");
    Path target = workshop.store.resolve("tiny/1");
    try (StoreFolder folder = StoreFolder.open(workshop.store)) {
      Path finished = Files.createDirectories(folder.staging().resolve("version"));
      Files.createDirectories(folder.staging().resolve("replaced/tiny"));
      Path gone = finished.resolveSibling("gone");
      assertThatThrownBy(() -> folder.publish(gone, target)).isInstanceOf(IOException.class);
    }

    assertThat(workshop.storeContent()).containsExactly("tiny/1/old");
  }

  @Test
  void refusesASecondImportIntoTheStore() throws Exception {
    try (StoreFolder first = StoreFolder.open(workshop.store)) {
      assertThat(first.staging()).exists();
      assertThatThrownBy(() -> importer().run(TINY))
          .isInstanceOf(ImportException.class)
          .hasMessageStartingWith("Another import is running in " + workshop.store);
      assertThat(first.staging()).exists();
    }
    assertThat(importer().run(TINY)).exists();
  }

  @Test
  void refusesASecondDownloadIntoTheCache() throws Exception {
    try (LockFile first = LockFile.tryTake(workshop.downloads, ".importing.lock").orElseThrow()) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> importer().run(TINY))
          .hasMessageStartingWith("Another import is running in " + workshop.downloads);
    }
  }

  @Test
  void reportsAStoreThatCannotBeCreated() throws Exception {
    Files.writeString(workshop.store, "a file in its place");

    assertThatThrownBy(() -> importer().run(TINY))
        .isInstanceOf(ImportException.class)
        .hasMessage(
            "the model store %s cannot be written by this user (%s is in the way); grant write access, or make the change where the store is kept"
                .formatted(workshop.store, workshop.store));
  }

  private Path oldVersion(String path) throws IOException {
    Path version = Files.createDirectories(workshop.store.resolve(path));
    Files.writeString(version.resolve("old"), "old");
    return version;
  }

  private long leftovers() throws IOException {
    try (var folders = Files.list(workshop.store)) {
      return folders
          .filter(path -> path.getFileName().toString().startsWith(".importing-"))
          .count();
    }
  }

  private ModelImporter importer() throws IOException {
    return workshop.importer(tarball, FakeNpm.delivering(root, tarball).command());
  }

  private static Progress failingAt(String stage) {
    return (what, totalBytes) -> {
      if (what.startsWith(stage)) {
        throw new IllegalStateException(stage);
      }
      return Progress.silent().begin(what, totalBytes);
    };
  }

  private Downloads downloads(Progress progress) throws IOException {
    return workshop.downloads(FakeNpm.delivering(root, tarball).command(), progress);
  }
}
