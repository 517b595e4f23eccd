package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts of other servers are accepted unchanged. */
class LayoutsTest {

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  private void assertServable(String... ids) throws IOException {
    ModelStore.Contents contents = rig.read();
    assertThat(contents.unusable()).isEmpty();
    assertThat(contents.strays()).isEmpty();
    assertThat(StoreRig.versions(contents)).containsExactly(ids);
  }

  @Test
  void aTensorFlowServingFolder() throws IOException {
    rig.savedModel("m/1");
    rig.file("m/1/variables/variables.index", "");
    rig.file("m/1/variables/variables.data-00000-of-00001", "");
    rig.savedModel("m/1538687457");

    assertServable("m/1", "m/1538687457");
  }

  @Test
  void anyRunOfDigitsIsAVersionOrderedByItsNumberAndShownAsWritten() throws IOException {
    for (String version : new String[] {"9223372036854775807", "00000123", "20240131120000"}) {
      rig.savedModel("m/" + version);
    }
    rig.savedModel("m/0");
    rig.zip("m/0001.zip", "saved_model.pb", "a graph");
    rig.zip("n.zip", "007/saved_model.pb", "a graph", "0/saved_model.pb", "a graph");

    ModelStore.Contents contents = rig.read();
    assertThat(contents.unusable()).isEmpty();
    assertThat(contents.sources().map(ModelSource::id).sorted().map(ModelId::toString))
        .containsExactly(
            "m/0",
            "m/0001",
            "m/00000123",
            "m/20240131120000",
            "m/9223372036854775807",
            "n/0",
            "n/007");
  }

  @Test
  void twoFoldersWithTheSameNumberAreTheSameVersion() throws IOException {
    rig.savedModel("m/01");
    rig.savedModel("m/1");

    ModelStore.Contents contents = rig.read();
    assertThat(StoreRig.versions(contents)).containsExactly("m/01");
    assertThat(rig.reasons(contents))
        .containsExactly("m/1: version 1 is in m/01 too, which is served: remove one of the two");
  }

  @Test
  void versionsOfAnyFormat() throws IOException {
    rig.savedModel("m/1");
    rig.file("m/2/model.onnx", "onnx");
    rig.file("m/3/net.pt", "torch");

    assertServable("m/1", "m/2", "m/3");
    assertThat(rig.read().sources().map(source -> source.files().format()))
        .containsExactlyInAnyOrder(ModelFormat.values());
  }

  @Test
  void aBareSavedModelIsVersionOne() throws IOException {
    Path folder = rig.savedModel("m");
    rig.file("m/assets/words.txt", "");
    rig.file("m/keras_metadata.pb", "");

    assertServable("m/1");
    assertThat(StoreRig.only(rig.read()).folder()).isEqualTo(folder);
  }

  @Test
  void aDjlServingFolderIsVersionOne() throws IOException {
    rig.file("m/resnet18.pt", "torch");
    rig.file("m/serving.properties", "engine=PyTorch\noption.modelName=resnet18\ntopK=3\n");
    rig.file("m/synset.txt", "cat");
    rig.file("m/libs/translator.jar", "jar");

    assertServable("m/1");
    ModelSource source = StoreRig.only(rig.read());
    assertThat(source.files().format()).isEqualTo(ModelFormat.TORCH_SCRIPT);
    assertThat(source.files().file()).isEqualTo("resnet18.pt");
    assertThat(source.manifest().topK()).isEqualTo(3);
  }

  @Test
  void commasAtTheEndsOfLinesOfAPublishedManifestAreIgnored() throws IOException {
    rig.file("m/resnet18.pt", "torch");
    rig.file(
        "m/serving.properties",
        "engine=PyTorch,\nwidth=224,\nnormalize=0,0,0,1,1,1,\napplication=CV/Image_Classification");

    assertServable("m/1");
    ModelSource source = StoreRig.only(rig.read());
    assertThat(source.manifest().arguments())
        .containsEntry("engine", "PyTorch")
        .containsEntry("width", "224")
        .containsEntry("normalize", "0,0,0,1,1,1");
    assertThat(source.manifest().notes())
        .containsExactly(
            "serving.properties: the commas at the ends of these lines are ignored: engine,"
                + " normalize, width");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.zip", "m.mar", "M.ZIP"})
  void aZipWithTheFilesAtItsRoot(String name) throws IOException {
    rig.zip(name, "saved_model.pb", "a graph", "serving.properties", "topK=2");

    assertServable(name.charAt(0) + "/1");
    assertThat(StoreRig.only(rig.read()).manifest().topK()).isEqualTo(2);
  }

  @Test
  void anArchiveWithOneTopFolderOfAnyName() throws IOException {
    rig.tarGz("m.tar.gz", "exported model/model.onnx", "onnx", "exported model/synset.txt", "cat");

    assertServable("m/1");
    ModelSource source = StoreRig.only(rig.read());
    assertThat(source.folder().resolve("synset.txt")).hasContent("cat");
    assertThat(source.folder()).startsWith(rig.cache.resolve("unpacked"));
  }

  @Test
  void aFolderWithOneFolderOfAnyName() throws IOException {
    rig.file("a/exported model/model.onnx", "onnx");
    rig.file("a/exported model/serving.properties", "topK=3\nversions=all");
    rig.file("a/.hidden", "");
    rig.file("b/1/inner/model.onnx", "onnx");
    rig.file("b/1/inner/serving.properties", "topK=3");

    assertServable("a/1", "b/1");
    assertThat(rig.read().sources().map(source -> source.manifest().topK())).containsOnly(3);
    assertThat(rig.read().sources().map(source -> source.folder().getFileName().toString()))
        .containsExactly("exported model", "inner");
    assertThat(rig.read().model("a").orElseThrow().settings().versions().text()).isEqualTo("all");
  }

  @Test
  void aSavedModelAsText() throws IOException {
    rig.file("m/saved_model.pbtxt", "saved_model_schema_version: 1");

    assertServable("m/1");
    assertThat(StoreRig.only(rig.read()).files().format()).isEqualTo(ModelFormat.SAVED_MODEL);
  }

  @Test
  void anExportOfTheObjectDetectionApi() throws IOException {
    Path folder = rig.savedModel("m/saved_model").getParent();
    rig.file("m/checkpoint/ckpt-0.index", "");
    rig.file("m/pipeline.config", "model { }");
    rig.file("m/serving.properties", "topK=3");

    assertServable("m/1");
    ModelSource source = StoreRig.only(rig.read());
    assertThat(source.folder()).isEqualTo(folder);
    assertThat(source.modelFolder()).isEqualTo(folder.resolve("saved_model"));
    assertThat(source.manifest().topK()).isEqualTo(3);
  }

  @Test
  void aFolderOfOpenVinoModelServer() throws IOException {
    rig.file("m/1/model.onnx", "onnx");
    rig.file("m/1/mapping_config.json", "{}");
    rig.file("m/mapping_config.json", "{}");

    assertServable("m/1");
  }

  @Test
  void anArchiveWithVersionFolders() throws IOException {
    rig.tar("a.tar", "1/saved_model.pb", "1", "4/saved_model.pb", "4");
    rig.tarGz("b.tgz", "b/2/saved_model.pb", "2", "b/serving.properties", "topK=7\nversions=all");
    rig.zip("c.zip", "3/model.pt", "one version alone, not a folder of any name");

    assertServable("a/1", "a/4", "b/2", "c/3");
    assertThat(rig.read().model("b").orElseThrow().settings().versions().text()).isEqualTo("all");
    assertThat(rig.read().model("b").orElseThrow().sources().get(0).manifest().topK()).isEqualTo(7);
  }

  @Test
  void anArchiveOfOneVersion() throws IOException {
    rig.savedModel("m/1");
    rig.file("m/serving.properties", "topK=4");
    rig.tarGz("m/2.tar.gz", "saved_model.pb", "2");
    rig.zip("m/3.zip", "resnet/saved_model.pb", "3", "__MACOSX/._x", "");

    assertServable("m/1", "m/2", "m/3");
    assertThat(rig.read().sources().map(source -> source.manifest().topK())).containsOnly(4);
  }

  @Test
  void aFolderAndAnArchiveOfTheSameModelAreOneModel() throws IOException {
    rig.savedModel("m/2");
    rig.zip("m.zip", "saved_model.pb", "1");

    assertServable("m/1", "m/2");
    assertThat(rig.read().models()).hasSize(1);
  }

  @Test
  void ifBothHaveAVersionTheFolderTakesPrecedence() throws IOException {
    Path folder = rig.savedModel("m/1");
    rig.zip("m.zip", "saved_model.pb", "1");
    rig.zip("m/1.zip", "saved_model.pb", "1");

    ModelStore.Contents contents = rig.read();
    assertThat(StoreRig.only(contents).folder()).isEqualTo(folder);
    assertThat(rig.reasons(contents))
        .containsExactly(
            "m/1.zip: version 1 is in m/1 too, which is served: remove one of the two",
            "m.zip: version 1 is in m/1 too, which is served: remove one of the two");
  }

  @Test
  void aBrokenVersionInAnArchiveDoesNotAffectTheOthers() throws IOException {
    rig.zip(
        "m.zip", "1/saved_model.pb", "1", "2/readme.txt", "", "99999999999999999999/model.pt", "");

    ModelStore.Contents contents = rig.read();
    assertThat(StoreRig.versions(contents)).containsExactly("m/1");
    assertThat(rig.reasons(contents))
        .containsExactly(
            "m.zip: version 2: it holds no model: expected saved_model.pb, *.onnx or *.pt",
            "m.zip: version 99999999999999999999: its version is larger than 9223372036854775807: rename it");
  }

  @Test
  void namesOfRunningCopiesAndHiddenNamesAreIgnoredAnywhere() throws IOException {
    rig.savedModel("m/1");
    for (String name : new String[] {".m/1", "m.tmp/1", "m/.2", "m/3.partial", "m/4~"}) {
      rig.savedModel(name);
    }
    rig.file("m.zip.part", "half");
    rig.file("m/2.tar.gz.crdownload", "half");
    rig.file("m/.serving.properties.swp", "half");

    assertServable("m/1");
  }

  @Test
  void strayFilesAreReportedAndIgnored() throws IOException {
    rig.savedModel("m/1");
    rig.file("README.md", "what this folder is");
    rig.file("m/README.md", "what this model is");
    rig.file("notes.txt", "");
    rig.file("m/v2/saved_model.pb", "no integer");
    rig.file("m/synset.txt", "");

    ModelStore.Contents contents = rig.read();
    assertThat(contents.unusable()).isEmpty();
    assertThat(contents.strays())
        .containsExactlyInAnyOrder(rig.store.resolve("notes.txt"), rig.store.resolve("m/v2"));
  }

  @Test
  void aModelNextToVersionFoldersIsReported() throws IOException {
    rig.savedModel("m/1");
    rig.savedModel("m");

    assertThat(rig.reasons(rig.read()))
        .containsExactly(
            "m/saved_model.pb: it lies next to version folders: move it into a version folder of its own");
  }

  @Test
  void theStoreCanBeASymbolicLink() throws IOException {
    rig.savedModel("m/1");
    Path link = Files.createSymbolicLink(root.resolve("link"), rig.store);

    assertThat(StoreRig.versions(new ModelStore(link, rig.cache).read())).containsExactly("m/1");
  }
}
