package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.ImportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of any engine, with the files that belong to them. */
class ModelFolderTest {
  @TempDir Path root;

  private Workshop workshop;

  @BeforeEach
  void makeWorkshop() {
    workshop = new Workshop(root);
  }

  private Path run(Archives archive) throws Exception {
    Path file = archive.tarGz(root.resolve("x.tgz"));
    return workshop.importer().run(ImportRequest.of("cats").withSource(file.toString()));
  }

  @ParameterizedTest
  @CsvSource({"saved_model.pb, TensorFlow, serve", "net.onnx, OnnxRuntime,", "net.pt, PyTorch,"})
  void writesAManifestForTheEngineOfTheModel(String file, String engine, String tags)
      throws Exception {
    Path folder = run(new Archives().file("net/" + file, "model").file("net/synset.txt", "cat"));

    Properties manifest = new Properties();
    try (var reader = Files.newBufferedReader(folder.resolve("serving.properties"))) {
      manifest.load(reader);
    }
    assertThat(manifest.getProperty("engine")).isEqualTo(engine);
    assertThat(manifest.getProperty("option.Tags")).isEqualTo(tags);
    assertThat(folder.resolve(file)).hasContent("model");
    assertThat(folder.resolve("synset.txt")).hasContent("cat");
  }

  @Test
  void acceptsADjlServingFolderUnchanged() throws Exception {
    run(
        new Archives()
            .file("m/serving.properties", "engine=PyTorch\noption.modelName=b")
            .file("m/a.pt", "a")
            .file("m/b.pt", "b")
            .file("m/libs/own-translator.jar", "jar")
            .file("README", "not part of it"));

    assertThat(workshop.storeContent())
        .containsExactly(
            "cats/1/a.pt",
            "cats/1/b.pt",
            "cats/1/libs/own-translator.jar",
            "cats/1/serving.properties");
    assertThat(workshop.store.resolve("cats/1/serving.properties"))
        .hasContent("engine=PyTorch\noption.modelName=b");
  }

  /** A manifest next to the version folders, Triton's configuration, MLflow's and others'. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serving.properties",
        "m/serving.properties",
        "m/synset.txt",
        "m/config.pbtxt",
        "m/MLmodel",
        "m/preprocessor_config.json"
      })
  void whatIsSaidAboveTheFolderOfTheModelIsNeverLost(String above) {
    assertThatThrownBy(() -> run(new Archives().file("m/1/a.onnx", "a").file(above, "width=1")))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(
            "holds " + above + " above the folder of the model, m/1, which alone is imported");
    assertThat(workshop.store.resolve("cats")).doesNotExist();
  }

  @Test
  void filesBelowAModelBelongToIt() throws Exception {
    run(new Archives().file("saved_model.pb", "graph").file("assets/teacher.onnx", "asset"));

    assertThat(workshop.storeContent()).contains("cats/1/assets/teacher.onnx");
  }

  @Test
  void severalModelsWithoutAManifestAreReported() {
    assertThatThrownBy(() -> run(new Archives().file("m/a.onnx", "a").file("m/b.pt", "b")))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("several models: m/a.onnx, m/b.pt. Import one of them.");
  }

  @Test
  void modelsInSeveralFoldersAreReportedEvenWithManifests() {
    assertThatThrownBy(
            () ->
                run(
                    new Archives()
                        .file("a/model.pt", "a")
                        .file("a/serving.properties", "")
                        .file("b/model.pt", "b")))
        .hasMessageContaining("several models: a/model.pt, b/model.pt");
  }
}
