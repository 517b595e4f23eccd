package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TensorFlow Serving's models.config, and folders outside the store that it or a link names. */
class ModelsConfigTest {

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  private void config(String... models) throws IOException {
    StringBuilder text = new StringBuilder("model_config_list {\n");
    for (String model : models) {
      text.append("  config { ").append(model).append(" }\n");
    }
    rig.file("models.config", text.append("}\n").toString());
  }

  private StoredModel only() throws IOException {
    ModelStore.Contents contents = rig.read();
    assertThat(contents.unusable()).isEmpty();
    assertThat(contents.strays()).isEmpty();
    assertThat(contents.models()).hasSize(1);
    return contents.models().get(0);
  }

  private void assertProblem(String path, String reason) throws IOException {
    assertThat(rig.reasons(rig.read())).containsExactly(path + ": " + reason);
  }

  @Test
  void aModelIsServedUnderItsNameFromItsBasePath() throws IOException {
    rig.savedModel("group/resnet_v2/1");
    rig.savedModel("group/resnet_v2/2");
    rig.savedModel("group/resnet_v2/3");
    config(
        """
        name: 'cats', base_path: '%s/group/resnet_v2', model_platform: "tensorflow"
        model_version_policy { specific { versions: 1 versions: 2 } }
        version_labels { key: 'stable' value: 1 } version_labels { key: 'canary' value: 2 }
        """
            .formatted(rig.store));

    StoredModel model = only();

    assertThat(model.name()).isEqualTo("cats");
    assertThat(StoreRig.versions(rig.read())).containsExactly("cats/1", "cats/2", "cats/3");
    assertThat(model.settings().versions().text()).isEqualTo("1,2");
    assertThat(model.settings().labels()).isEqualTo(Map.of("stable", 1L, "canary", 2L));
  }

  @Test
  void aBasePathMayBeRelativeToTheStoreAndOtherFoldersAreServedAsUsual() throws IOException {
    rig.savedModel("a/1");
    rig.savedModel("b/1");
    rig.file("a/serving.properties", "versions=latest:3");
    config("name: \"c\" base_path: \"a\" model_version_policy { all {} }");

    assertThat(StoreRig.versions(rig.read())).containsExactly("b/1", "c/1");
    assertThat(rig.read().unusable()).isEmpty();
    assertThat(rig.read().model("c").orElseThrow().settings().versions().text()).isEqualTo("all");
  }

  @Test
  void aBasePathOfAContainerIsLookedForInTheStore() throws IOException {
    rig.savedModel("group/a/1");
    config("name: \"c\", base_path: \"/no-such-folder/models/group/a/\",");

    assertThat(StoreRig.versions(rig.read())).containsExactly("c/1");
    assertThat(only().sources().get(0).folder()).isEqualTo(rig.store.resolve("group/a/1"));
  }

  @Test
  void aBasePathOutsideTheStoreMustBeAllowed() throws IOException {
    Path outside = root.resolve("outside");
    Files.createDirectories(outside.resolve("m/1"));
    Files.writeString(outside.resolve("m/1/saved_model.pb"), "a graph");
    config("name: 'm' base_path: '" + outside.resolve("m") + "'");

    assertProblem(
        "models.config",
        "base_path of m, "
            + outside.resolve("m")
            + ", is outside the store: move the folder into the store and name it relative to the"
            + " store, or name its folder with --store-links");

    rig.links.add(outside);
    assertThat(only().sources().get(0).folder()).isEqualTo(outside.resolve("m/1"));
  }

  @Test
  void aLinkMayLeadIntoAnAllowedFolder() throws IOException {
    Path volume = root.resolve("volume");
    Files.createDirectories(volume.resolve("m/1"));
    Files.writeString(volume.resolve("m/1/saved_model.pb"), "a graph");
    Files.createSymbolicLink(rig.store.resolve("m"), volume.resolve("m"));

    assertProblem(
        "m",
        "it is a link that leads out of the store: put the files themselves here, or name the"
            + " folder that it leads to with --store-links");

    rig.links.add(root.resolve("missing"));
    rig.links.add(volume);
    assertThat(only().name()).isEqualTo("m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: 'm' base_path: 'nowhere' | base_path of m, STORE/nowhere, is not there: correct it",
        "name: 'm' base_path: 'file' | base_path of m, STORE/file, is a file: a folder is expected",
        "name: 'm' | model m has no base_path: add it",
        "name: 'm' base_path: 'a' model_platform: 'other' | model_platform of m is other, and only"
            + " tensorflow is supported",
        "name: '../m' base_path: 'a' | name '../m' is not a valid model name: use letters, digits,"
            + " '.', '_' and '-'",
        "name: 'm' base_path: 'a' model_version_policy { specific { versions: x } } |"
            + " serving.properties: versions=x is not one of latest, latest:N, all, or versions"
            + " such as 1,3"
      })
  void whatIsWrongWithOneModelIsNamedAndTheOthersAreServed(String model, String reason)
      throws IOException {
    rig.savedModel("good/1");
    rig.file("file", "");
    config(model.replace('\'', '"'), "name: 'fine' base_path: 'good'");

    ModelStore.Contents contents = rig.read();
    assertThat(rig.reasons(contents))
        .containsExactly("models.config: " + reason.replace("STORE", rig.store.toString()));
    assertThat(StoreRig.versions(contents)).containsExactly("fine/1");
  }

  @Test
  void twoModelsWithOneFolderAndANameThatIsTaken() throws IOException {
    rig.savedModel("a/1");
    rig.savedModel("m/1");
    config("name: 'm' base_path: 'a'", "name: 'n' base_path: 'a'");

    assertThat(rig.reasons(rig.read()))
        .containsExactlyInAnyOrder(
            "models.config: model n has the name or the base_path of another one: change it",
            "m: models.config serves another folder under this name: rename it");
    assertThat(StoreRig.versions(rig.read())).containsExactly("m/1");
  }

  @Test
  void whileTheFileIsInvalidItsLastValidContentStays() throws IOException {
    rig.savedModel("a/1");
    config("name: 'm' base_path: 'a'");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1");

    rig.file("models.config", "model_config_list { config { name: 'm' ");
    StoreRig.scan(watcher, 3);

    assertThat(StoreRig.versions(watcher.contents())).containsExactly("m/1");
    assertThat(rig.reasons(watcher.contents()))
        .containsExactly(
            "models.config: line 1: '}' is missing; until it is corrected, its last valid content"
                + " stays");

    Files.delete(rig.store.resolve("models.config"));
    StoreRig.scan(watcher, 4);
    assertThat(StoreRig.versions(watcher.contents())).containsExactly("a/1");
  }
}
