package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.manifest.VersionRule;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifest next to the version folders, and an operator's settings. */
class ModelSettingsInStoreTest {

  @TempDir private Path root;
  private StoreRig rig;
  private StoreWatcher watcher;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
    watcher = rig.watcher();
    rig.savedModel("m/1");
    rig.savedModel("m/2");
  }

  private StoredModel model() throws IOException {
    return rig.read().model("m").orElseThrow();
  }

  private StoredModel watched() {
    return watcher.contents().model("m").orElseThrow();
  }

  @Test
  void theManifestNextToVersionFoldersHasSettingsAndDefaults() throws IOException {
    rig.file("m/serving.properties", "versions=all\nlabels=stable:1\ntopK=3\nwidth=10");
    rig.file("m/2/serving.properties", "width=20");

    assertThat(model().settings())
        .isEqualTo(ModelSettings.of(Map.of("versions", "all", "labels", "stable:1")));
    assertThat(model().sources())
        .extracting(source -> source.manifest().arguments())
        .containsExactly(Map.of("topK", "3", "width", "10"), Map.of("topK", "3", "width", "20"));
  }

  @Test
  void theManifestOfABareModelHasSettingsAndKeys() throws IOException {
    rig.file("bare/model.onnx", "onnx");
    rig.file("bare/serving.properties", "enabled=false\ntopK=3");

    StoredModel bare = rig.read().model("bare").orElseThrow();
    assertThat(bare.settings().enabled()).isFalse();
    assertThat(bare.sources().get(0).manifest().arguments()).containsOnlyKeys("topK");
  }

  @Test
  void theSettingsOfFolderAndOperatorOverrideAnArchives() throws IOException {
    rig.zip(
        "m.zip", "3/model.pt", "", "serving.properties", "versions=all\nworkers=2\nenabled=false");
    rig.file("m/serving.properties", "workers=3\nenabled=false");
    rig.file(".settings/m.properties", "enabled=true");

    ModelSettings settings = model().settings();
    assertThat(settings.versions()).isEqualTo(new VersionRule.All());
    assertThat(settings.workers()).hasValue(3);
    assertThat(settings.enabled()).isTrue();
  }

  @Test
  void invalidSettingsFreezeTheModel() throws IOException {
    rig.file("m/serving.properties", "versions=1");
    StoreRig.scan(watcher, 3);
    StoredModel before = watched();
    rig.file("m/serving.properties", "versions=newest");
    rig.savedModel("m/3");
    StoreRig.scan(watcher, 5);

    assertThat(watched().settings()).isEqualTo(before.settings());
    assertThat(watched().sources()).isEqualTo(before.sources());
    assertThat(rig.reasons(watcher.contents()))
        .singleElement()
        .asString()
        .startsWith("m/serving.properties: serving.properties: versions=newest is not one of");
    rig.file("m/serving.properties", "versions=all");
    StoreRig.scan(watcher, 3);
    assertThat(watched().sources()).hasSize(3);
    assertThat(watched().settings().versions()).isEqualTo(new VersionRule.All());
  }

  @Test
  void aModelWhoseSettingsWereNeverValidIsNotServed() throws IOException {
    rig.file("m/serving.properties", "labels=one");

    assertThat(rig.read().models()).isEmpty();
    assertThat(rig.read().unusable()).hasSize(1);
  }

  @Test
  void anOperatorsInvalidSettingsFreezeTheModelExceptForADeletion() throws IOException {
    StoreRig.scan(watcher, 3);
    rig.file(".settings/m.properties", "workers=many");
    rig.savedModel("m/3");
    Files.move(rig.store.resolve("m/1"), root.resolve("away"));
    StoreRig.scan(watcher, 4);

    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/2");
    assertThat(watched().settings()).isEqualTo(ModelSettings.DEFAULT);
    assertThat(rig.reasons(watcher.contents()))
        .singleElement()
        .asString()
        .startsWith(".settings/m.properties: ")
        .contains("workers=many");
  }

  @Test
  void anOperatorsSettingsTakeEffectAtTheNextScan() throws IOException {
    StoreRig.scan(watcher, 3);
    new StoreEditor(rig.store).set("m", Map.of("enabled", Optional.of("false")));
    watcher.scanInTurn();

    assertThat(watched().settings().enabled()).isFalse();
  }

  @Test
  void theManifestOfAModelMustBeStableLikeAVersion() throws IOException {
    StoreRig.scan(watcher, 3);
    List<ModelSource> before = watched().sources();
    rig.file("m/serving.properties", "versions=all");
    rig.savedModel("m/3");
    StoreRig.scan(watcher, 2);
    assertThat(watched().sources()).isEqualTo(before);
    rig.file("m/serving.properties", "versions=all\ntopK=2");
    StoreRig.scan(watcher, 2);
    assertThat(watched().sources()).isEqualTo(before);
    watcher.scanInTurn();

    assertThat(watched().sources()).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(watched().settings().versions()).isEqualTo(new VersionRule.All());
  }

  @Test
  void aChangedSettingReloadsNothing() throws IOException {
    StoreRig.scan(watcher, 3);
    List<ModelSource> before = watched().sources();
    rig.file("m/serving.properties", "labels=stable:1");
    StoreRig.scan(watcher, 3);

    assertThat(watched().settings().labels()).containsEntry("stable", 1L);
    assertThat(watched().sources()).isEqualTo(before);
  }

  @Test
  void aManifestThatIsBeingRewrittenStillApplies() throws IOException {
    Path file = rig.file("m/serving.properties", "labels=stable:1");
    StoreRig.scan(watcher, 3);
    Files.delete(file);
    StoreRig.scan(watcher, 2);
    assertThat(watched().settings().labels()).containsEntry("stable", 1L);
    watcher.scanInTurn();
    assertThat(watched().settings().labels()).isEmpty();
  }

  @Test
  void settingsThatAreNotARegularFileAreReported() throws IOException {
    Files.createDirectories(rig.store.resolve("m/serving.properties"));
    Files.createDirectories(rig.store.resolve(".settings/m.properties"));

    assertThat(rig.reasons(rig.read()))
        .containsExactly(
            ".settings/m.properties: is not a regular file",
            "m/serving.properties: it is a folder: a file is expected");
  }
}
