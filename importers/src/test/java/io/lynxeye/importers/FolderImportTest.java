package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of this machine as the source, as DJL Serving takes it. */
class FolderImportTest {
  @TempDir Path root;

  private Workshop workshop;
  private Path source;

  @BeforeEach
  void makeFolder() throws IOException {
    workshop = new Workshop(root);
    source = Files.createDirectories(root.resolve("models/cats"));
    write("saved_model.pb", "graph");
    write("variables/variables.index", "index");
    write("synset.txt", "cat");
  }

  private Path write(String name, String content) throws IOException {
    Path file = source.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Path run(Path folder) throws Exception {
    return workshop.importer().run(ImportRequest.of("cats").withSource(folder.toString()));
  }

  private void assertRefused(Path folder, String message) {
    assertThatThrownBy(() -> run(folder))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(message);
    assertThat(workshop.store.resolve("cats")).doesNotExist();
  }

  @Test
  void aFolderIsCopiedWithAllItsFiles() throws Exception {
    Path version = run(source);

    assertThat(version).isEqualTo(workshop.store.resolve("cats/1"));
    assertThat(workshop.storeContent())
        .containsExactly(
            "cats/1/saved_model.pb",
            "cats/1/serving.properties",
            "cats/1/synset.txt",
            "cats/1/variables/variables.index");
    assertThat(version.resolve("saved_model.pb")).hasContent("graph");
    assertThat(version.resolve("serving.properties"))
        .content()
        .startsWith("# Imported from " + source + "\n# Written without");
    assertThat(Workshop.below(source)).hasSize(3);
  }

  @Test
  void theFolderOfTheModelMayBeDeeper() throws Exception {
    assertThat(run(source.getParent()).resolve("saved_model.pb")).hasContent("graph");
  }

  @Test
  void aManifestIsKept() throws Exception {
    write("serving.properties", "engine=TensorFlow");

    assertThat(run(source).resolve("serving.properties")).hasContent("engine=TensorFlow");
  }

  @Test
  void aLinkToTheFolderIsFollowedAndOneInItIsRefused() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("link"), source);
    assertThat(run(link).resolve("saved_model.pb")).hasContent("graph");

    Files.createSymbolicLink(source.resolve("secret"), root.resolve("elsewhere"));
    Path other = workshop.store.resolve("cats");
    Files.move(other, root.resolve("moved"));
    assertRefused(source, "holds a link or a device, secret: copy the folder with cp -rL");
  }

  @Test
  void aFolderWithoutAModelOrWithSeveralIsRefused() throws IOException {
    assertRefused(Files.createDirectory(root.resolve("empty")), "holds no model");

    Files.createDirectories(root.resolve("models/dogs"));
    Files.writeString(root.resolve("models/dogs/dogs.onnx"), "graph");
    assertRefused(root.resolve("models"), "several models: cats/saved_model.pb, dogs/dogs.onnx");
  }

  @Test
  void aFolderThatHoldsTheStoreIsRefused() throws IOException {
    Files.writeString(root.resolve("saved_model.pb"), "graph");

    assertRefused(root, "holds the model store");
  }

  @Test
  void aDigestOfAFolderIsRefused() {
    ImportRequest request =
        ImportRequest.of("cats").withSource(source.toString()).withSha256("0".repeat(64));

    assertThatThrownBy(() -> workshop.importer().run(request))
        .hasMessageContaining("is a folder, which has no SHA-256");
  }

  @Test
  void aFolderThatDoesNotFitIsRefused() {
    workshop.freeBytes(5);

    assertRefused(source, "Free some space");
  }

  @Test
  void aFolderBeyondTheLimitsIsRefused() {
    for (ArchiveLimits limits :
        new ArchiveLimits[] {new ArchiveLimits(4, 1000, 1), new ArchiveLimits(100, 10, 1)}) {
      assertThatThrownBy(
              () -> new FolderCopy(source).to(root.resolve("copy"), limits, Progress.silent()))
          .hasMessageContaining("name the folder of one model");
    }
    assertThatThrownBy(() -> ModelFolder.find(source, "it", new ArchiveLimits(2, 1000, 1)))
        .hasMessageContaining("it holds more than 2 files and folders");
  }

  @Test
  void aFolderThatChangesMeanwhileIsRefused() {
    Progress changing = during(() -> {}, () -> write("late.bin", "late"));

    assertThatThrownBy(
            () -> new FolderCopy(source).to(root.resolve("copy"), ArchiveLimits.DEFAULT, changing))
        .hasMessageContaining("changed while it was copied");
  }

  @Test
  void aFolderOfWhichAFileDisappearsMeanwhileIsRefused() {
    Progress changing = during(() -> {}, () -> Files.delete(source.resolve("synset.txt")));

    assertThatThrownBy(
            () -> new FolderCopy(source).to(root.resolve("copy"), ArchiveLimits.DEFAULT, changing))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("changed while it was copied");
  }

  /** Who may write to the folder must not be able to have any file of the machine copied. */
  @Test
  void aLinkThatIsThereForAMomentIsNotFollowed() throws IOException {
    Path secret = Files.writeString(root.resolve("secret"), "12345");
    Path model = source.resolve("saved_model.pb");
    Path aside = root.resolve("aside");
    FileTime modified = Files.getLastModifiedTime(source);
    Progress changing =
        during(
            () -> {
              Files.move(model, aside);
              Files.createSymbolicLink(model, secret);
            },
            () -> {
              if (Files.exists(aside)) {
                Files.delete(model);
                Files.move(aside, model);
                Files.setLastModifiedTime(source, modified);
              }
            });

    assertThatThrownBy(
            () -> new FolderCopy(source).to(root.resolve("copy"), ArchiveLimits.DEFAULT, changing))
        .isInstanceOf(IOException.class);
    assertThat(root.resolve("copy/saved_model.pb")).doesNotExist();
  }

  /** A change of the file system. */
  private interface Change {
    void make() throws IOException;
  }

  /**
   * Makes changes while a folder is copied.
   *
   * @param before the first file
   * @param after each file
   */
  private static Progress during(Change before, Change after) {
    return (what, bytes) -> {
      make(before);
      return new Progress.Step() {
        @Override
        public void advance(long amount) {
          make(after);
        }

        @Override
        public void close() {}
      };
    };
  }

  private static void make(Change change) {
    try {
      change.make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
