package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreEditorTest {

  private static final OptionalLong WHOLE = OptionalLong.empty();

  @TempDir private Path root;
  private StoreRig rig;
  private StoreEditor editor;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
    editor =
        new StoreEditor(rig.store, InstantSource.fixed(Instant.parse("2026-11-24T15:30:12.5Z")));
  }

  private void assertServable(String... ids) throws IOException {
    assertThat(StoreRig.versions(rig.read())).containsExactly(ids);
  }

  @Test
  void removesAVersion() throws IOException {
    rig.savedModel("m/1");
    rig.savedModel("m/2");

    Path removed = editor.remove("m", OptionalLong.of(2));

    assertThat(removed).isEqualTo(rig.store.resolve(".removed/20261124T153012Z-m-2"));
    assertThat(removed.resolve("m/2/saved_model.pb")).exists();
    assertServable("m/1");
  }

  @Test
  void removesAVersionWithLeadingZeros() throws IOException {
    rig.savedModel("m/00000123");
    rig.savedModel("m/0");

    Path removed = editor.remove("m", OptionalLong.of(123));

    assertThat(removed.resolve("m/00000123/saved_model.pb")).exists();
    assertServable("m/0");
  }

  @Test
  void removingTheOnlyVersionRemovesTheModel() throws IOException {
    rig.savedModel("m/3");
    rig.file("m/serving.properties", "labels=a:3");

    Path removed = editor.remove("m", OptionalLong.of(3));

    assertThat(removed.resolve("m/serving.properties")).exists();
    assertThat(rig.store.resolve("m")).doesNotExist();
  }

  @Test
  void removingTheOnlyVersionFolderKeepsOtherModelFiles() throws IOException {
    rig.savedModel("m");
    rig.savedModel("m/2");

    assertThat(editor.remove("m", OptionalLong.of(2)).resolve("m/2/saved_model.pb")).exists();
    assertServable("m/1");
  }

  @Test
  void versionOneOfABareModelIsTheModel() throws IOException {
    rig.savedModel("m");
    assertThat(editor.remove("m", OptionalLong.of(1)).resolve("m/saved_model.pb")).exists();
    assertServable();
  }

  @Test
  void removingAModelRemovesItsArchivesAndSettings() throws IOException {
    rig.savedModel("m/1");
    rig.zip("m.zip", "2/saved_model.pb", "");
    rig.tarGz("m.tar.gz", "3/saved_model.pb", "");
    rig.savedModel("other/1");
    editor.set("m", Map.of("versions", Optional.of("all")));

    Path removed = editor.remove("m", WHOLE);

    assertThat(removed)
        .isDirectoryContaining("glob:**/m")
        .isDirectoryContaining("glob:**/m.zip")
        .isDirectoryContaining("glob:**/m.tar.gz");
    assertThat(removed.resolve(".settings/m.properties")).exists();
    assertThat(rig.store.resolve(".settings/m.properties")).doesNotExist();
    assertServable("other/1");
  }

  @Test
  void aModelNamedLikeAnArchiveIsADifferentModel() throws IOException {
    rig.savedModel("m/1");
    rig.savedModel("m.zip/1");

    editor.remove("m", OptionalLong.empty());

    assertThat(rig.store.resolve("m.zip/1")).exists();
  }

  @Test
  void removesAVersionThatIsAnArchive() throws IOException {
    rig.savedModel("m/1");
    rig.tarGz("m/2.tar.gz", "saved_model.pb", "");

    assertThat(editor.remove("m", OptionalLong.of(2)).resolve("m/2.tar.gz")).exists();
    assertServable("m/1");
  }

  @Test
  void aVersionInAnArchiveOfTheModelCannotBeRemoved() throws IOException {
    rig.savedModel("m/1");
    rig.zip("m.zip", "2/saved_model.pb", "", "3/saved_model.pb", "");

    assertThatExceptionOfType(StoreEditor.NotRemovableException.class)
        .isThrownBy(() -> editor.remove("m", OptionalLong.of(2)))
        .withMessage(
            "version 2 of m can only be in m.zip, which holds the whole model; remove the"
                + " model instead");
    assertServable("m/1", "m/2", "m/3");
    editor.remove("m", OptionalLong.of(1));
    assertServable("m/2", "m/3");
  }

  @Test
  void twoRemovalsInOneSecondGoToTwoFolders() throws IOException {
    rig.savedModel("m/1");
    Path first = editor.remove("m", WHOLE);
    rig.savedModel("m/1");
    Path second = editor.remove("m", WHOLE);

    assertThat(second).isEqualTo(first.resolveSibling("20261124T153012Z-m.2"));
    assertThat(first.resolve("m/1")).exists();
    assertThat(second.resolve("m/1")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "..", "../store/m", ".settings", "a/b", ""})
  void aMissingModelIsRefused(String name) throws IOException {
    rig.savedModel("m/1");
    rig.file(".settings/m.properties", "");

    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> editor.remove(name, WHOLE));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> editor.remove(name, OptionalLong.of(1)));
    assertServable("m/1");
  }

  @Test
  void aMissingVersionIsRefused() throws IOException {
    rig.savedModel("m/1");
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> editor.remove("m", OptionalLong.of(2)));
    assertServable("m/1");
  }

  @Test
  void settingsAreMergedAndCanBeReset() throws IOException {
    rig.savedModel("m/1");
    editor.set("m", Map.of("workers", Optional.of("2"), "labels", Optional.of("a:1")));
    editor.set("m", Map.of("workers", Optional.empty(), "enabled", Optional.of("false")));

    var settings = rig.read().model("m").orElseThrow().settings();
    assertThat(settings.workers()).isEmpty();
    assertThat(settings.labels()).containsEntry("a", 1L);
    assertThat(settings.enabled()).isFalse();
    editor.set("m", Map.of("labels", Optional.empty(), "enabled", Optional.empty()));
    assertThat(rig.store.resolve(".settings")).isEmptyDirectory();
  }

  @Test
  void invalidSettingsChangeNothing() throws IOException {
    editor.set("m", Map.of("workers", Optional.of("2")));
    for (var change : Map.of("workers", "0", "versions", "newest", "topK", "3").entrySet()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> editor.set("m", Map.of(change.getKey(), Optional.of(change.getValue()))))
          .withMessageContaining(change.getKey());
    }
    assertThat(new OperatorSettings(rig.store).read("m")).isEqualTo(Map.of("workers", "2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> editor.set("../m", Map.of("workers", Optional.of("2"))))
        .withMessageContaining("is not a valid model name");
  }

  @Test
  void anUnwritableStoreIsReportedWithTheCure() throws IOException {
    rig.savedModel("m/1");
    Files.writeString(rig.store.resolve(".settings"), "a file in its place");
    Files.writeString(rig.store.resolve(".removed"), "a file in its place");
    String message = "the model store " + rig.store + " cannot be written by this user (";

    assertThatIOException()
        .isThrownBy(() -> editor.set("m", Map.of("workers", Optional.of("2"))))
        .withMessageStartingWith(message)
        .withMessageEndingWith("grant write access, or make the change where the store is kept");
    assertThatIOException()
        .isThrownBy(() -> editor.remove("m", WHOLE))
        .withMessageStartingWith(message);
    assertServable("m/1");
  }
}
