package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelStoreTest {

  @TempDir private Path folder;

  private Path version(String model, String version) throws IOException {
    Path path = Files.createDirectories(folder.resolve(model).resolve(version));
    Files.writeString(path.resolve("saved_model.pb"), "a graph");
    return path;
  }

  private ModelStore.Contents read() throws IOException {
    return new ModelStore(folder, folder.resolve(".cache")).read();
  }

  private List<ModelSource> sources() throws IOException {
    return read().models().stream().flatMap(model -> model.sources().stream()).toList();
  }

  private void assertUnusable(Path path, String reason) throws IOException {
    assertThat(read().unusable())
        .singleElement()
        .satisfies(
            unusable -> {
              assertThat(unusable.path()).isEqualTo(path);
              assertThat(unusable.reason()).contains(reason);
            });
  }

  private void assertServable(ModelId... ids) throws IOException {
    assertThat(sources()).extracting(ModelSource::id).containsExactlyInAnyOrder(ids);
  }

  @Test
  void aMissingFolderIsAnEmptyStore() throws IOException {
    assertThat(new ModelStore(folder.resolve("missing"), folder).read().isEmpty()).isTrue();
  }

  @Test
  void findsEveryVersionOfEveryModel() throws IOException {
    Path path = version("a", "1");
    Files.writeString(path.resolve("serving.properties"), "topK=3");
    version("a", "10");
    version("b", "2");

    assertServable(new ModelId("a", 1), new ModelId("a", 10), new ModelId("b", 2));
    assertThat(read().unusable()).isEmpty();
    assertThat(sources().get(0).folder()).isEqualTo(path);
    assertThat(sources().get(0).manifest().topK()).isEqualTo(3);
  }

  @Test
  void ignoresStrayFilesAndNamesWithADot() throws IOException {
    Files.writeString(folder.resolve("README.md"), "what this folder is");
    version(".incoming", "1");
    version("m", ".1.partial");
    version("m", "1");

    assertServable(new ModelId("m", 1));
    assertThat(read().unusable()).isEmpty();
  }

  @Test
  void aStoreOfStrayFilesIsEmpty() throws IOException {
    Files.writeString(folder.resolve("README.md"), "what this folder is");

    assertThat(read().isEmpty()).isTrue();
  }

  @Test
  void aModelWithoutAVersionFolderIsUnusable() throws IOException {
    Path model = Files.createDirectories(folder.resolve("m"));

    assertUnusable(
        model,
        "it is empty: expected saved_model.pb, *.onnx or *.pt, or a version folder such as m/1");
    assertThat(read().isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "1.0", "v1", "١"})
  void aFolderWhoseNameIsNotOnlyDigitsIsNotAVersion(String name) throws IOException {
    version("m", name);

    assertUnusable(
        folder.resolve("m"),
        "it holds no model: expected saved_model.pb, *.onnx or *.pt, or a version folder such as m/1");
    assertServable();
  }

  @Test
  void aTimestampIsAVersionLikeInTensorFlowServing() throws IOException {
    version("m", "1538687457");

    assertServable(new ModelId("m", 1_538_687_457));
  }

  @Test
  void aVersionNumberThatIsTooLargeIsReported() throws IOException {
    version("m", "9223372036854775808");

    assertUnusable(
        folder.resolve("m/9223372036854775808"), "its version is larger than 9223372036854775807");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1a", "assets"})
  void suchAFolderDoesNotAffectAVersionNextToIt(String name) throws IOException {
    version("m", name);
    version("m", "999999999");

    assertServable(new ModelId("m", 999_999_999));
    assertThat(read().unusable()).isEmpty();
  }

  @Test
  void aVersionWithoutASavedModelIsUnusable() throws IOException {
    Path path = Files.createDirectories(folder.resolve("m").resolve("1"));

    assertUnusable(path, "it is empty: expected saved_model.pb, *.onnx or *.pt");
  }

  @Test
  void aSavedModelThatIsAFolderIsUnusable() throws IOException {
    Path path = folder.resolve("m").resolve("1");
    Files.createDirectories(path.resolve("saved_model.pb"));

    assertUnusable(path, "it holds no model: expected saved_model.pb, *.onnx or *.pt");
  }

  @Test
  void anInvalidModelNameIsUnusable() throws IOException {
    version("my model", "1");

    assertUnusable(folder.resolve("my model"), "its name is not a valid model name");
  }

  @Test
  void anInvalidManifestIsUnusable() throws IOException {
    Path path = version("m", "1");
    Files.writeString(path.resolve("serving.properties"), "topK=many");

    assertUnusable(path, "serving.properties: topK=many is not an integer of at least 1");
  }

  @Test
  void anUnreadableManifestIsUnusableWithTheReason() throws IOException {
    Path path = version("m", "1");
    Files.write(
        path.resolve("serving.properties"), "output=ä".getBytes(StandardCharsets.ISO_8859_1));

    assertUnusable(path, "serving.properties is not UTF-8 text");
  }

  @Test
  void aManifestThatIsAFolderIsUnusable() throws IOException {
    Path path = version("m", "1");
    Files.createDirectories(path.resolve("serving.properties"));

    assertUnusable(path, "serving.properties is a folder: a file is expected");
  }

  @Test
  void aManifestWithABrokenEscapeIsUnusable() throws IOException {
    Path path = version("m", "1");
    Files.writeString(path.resolve("serving.properties"), "output=\\u12");

    assertUnusable(path, "serving.properties: Malformed \\uxxxx encoding");
  }

  @Test
  void unusableEntriesDoNotAffectUsableOnes() throws IOException {
    version("a model", "1");
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("m").resolve("1"));
    version("m", "2");
    Files.writeString(version("m", "3").resolve("serving.properties"), "topK=0");
    version("z", "1");

    assertServable(new ModelId("m", 2), new ModelId("z", 1));
    assertThat(read().unusable()).hasSize(4);
  }

  @Test
  void aModelCanBeASymbolicLink() throws IOException {
    Path elsewhere = version(".data", "1").getParent();
    Files.createSymbolicLink(folder.resolve("m"), elsewhere);

    assertServable(new ModelId("m", 1));
  }

  @Test
  void aFileInPlaceOfTheStoreIsAnError() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatIOException().isThrownBy(() -> new ModelStore(file, folder).read());
  }
}
