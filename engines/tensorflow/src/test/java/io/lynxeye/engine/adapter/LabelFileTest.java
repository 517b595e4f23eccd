package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFileTest {

  @TempDir private Path store;

  private List<String> labels(Map<String, String> manifest) throws Exception {
    Path folder = Files.createDirectories(store.resolve("model"));
    return LabelFile.read(
        new ModelSource(
            new ModelId("model", 1),
            new ModelFiles(folder, ModelFormat.ONNX, "model.onnx", ""),
            ModelManifest.of(manifest)));
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(Files.createDirectories(store.resolve("model")).resolve(file), text);
  }

  @Test
  void labelsAreOptional() throws Exception {
    assertThat(labels(Map.of())).isEmpty();
  }

  @Test
  void readsOneLabelPerLineOfSynsetTxt() throws Exception {
    write("synset.txt", "red \n green\nblue\n");

    assertThat(labels(Map.of())).containsExactly("red", "green", "blue");
  }

  @Test
  void aFileNamedInTheManifestOverridesItsLabelsAndBothOverrideSynsetTxt() throws Exception {
    write("synset.txt", "a\nb\n");
    write("names.txt", "one\ntwo\n");

    assertThat(labels(Map.of("synset", "red, green"))).containsExactly("red", "green");
    assertThat(labels(Map.of("synset", "red", "synsetFileName", "names.txt")))
        .containsExactly("one", "two");
  }

  @Test
  void aCommaInALabelOfTheManifestFollowsABackslash() throws Exception {
    assertThat(labels(Map.of("synset", "tench\\, Tinca tinca, goldfish")))
        .containsExactly("tench, Tinca tinca", "goldfish");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.txt", "../secret.txt", "/etc/hostname", "."})
  void aMissingFileOrOneOutsideTheFolderIsRefused(String name) throws Exception {
    Files.writeString(store.resolve("secret.txt"), "secret\n");

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> labels(Map.of("synsetFileName", name)))
        .withMessage(
            "serving.properties: synsetFileName=" + name + " is not a file in the model's folder");
  }

  @Test
  void aUrlIsRefusedWithTheCure() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> labels(Map.of("synsetUrl", "https://example.com/synset.txt")))
        .withMessageContaining("put the labels into the model's folder as synset.txt");
  }

  @Test
  void aFileThatIsNotUtf8IsRefused() throws Exception {
    Files.write(
        Files.createDirectories(store.resolve("model")).resolve("synset.txt"),
        "gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> labels(Map.of()))
        .withMessageContaining("cannot be read as UTF-8 text");
  }
}
