package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.ImportException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveImportTest {
  @TempDir Path root;

  private Workshop workshop;

  @BeforeEach
  void makeWorkshop() {
    workshop = new Workshop(root);
  }

  @ParameterizedTest
  @EnumSource
  void importsASavedModelFromAFile(UnpackingTest.Format format) throws Exception {
    Archives archive =
        new Archives()
            .file("cats/17/saved_model.pb", "graph")
            .file("cats/17/variables/variables.index", "index")
            .file("README", "next to the model");

    Path folder = workshop.importer().run(cats(format.write(archive, root)));

    assertThat(folder).isEqualTo(workshop.store.resolve("cats/1"));
    assertThat(workshop.storeContent())
        .containsExactly(
            "cats/1/saved_model.pb",
            "cats/1/serving.properties",
            "cats/1/variables/variables.index");
  }

  @Test
  void importsASavedModelAtTheRootOfTheArchive() throws Exception {
    Path archive = new Archives().file("saved_model.pb", "graph").zip(root.resolve("x.zip"));

    assertThat(workshop.importer().run(cats(archive)).resolve("saved_model.pb"))
        .hasContent("graph");
  }

  @Test
  void writesAManifestWithAHintAboutPixels() throws Exception {
    Path archive = savedModel();

    Path folder = workshop.importer().run(cats(archive));

    assertThat(folder.resolve("serving.properties"))
        .content()
        .startsWith("# Imported from " + archive + "\n# sha256 " + FetchedArchive.sha256(archive))
        .contains("\nengine=TensorFlow\n", "\noption.Tags=serve\n", "\n# normalize=")
        .contains("\ntranslatorFactory=io.lynxeye.translators.ImageScoringTranslatorFactory\n");
  }

  @Test
  void keepsTheManifestAndTheLabelsOfTheArchive() throws Exception {
    Path archive =
        new Archives()
            .file("m/saved_model.pb", "graph")
            .file("m/serving.properties", "engine=TensorFlow")
            .file("m/synset.txt", "cat")
            .tarGz(root.resolve("x.tgz"));

    Path folder = workshop.importer().run(cats(archive));

    assertThat(folder.resolve("serving.properties")).hasContent("engine=TensorFlow");
    assertThat(folder.resolve("synset.txt")).hasContent("cat");
  }

  @Test
  void manifestKeysOfTheRequestOverrideTheArchives() throws Exception {
    Path archive =
        new Archives()
            .file("m/saved_model.pb", "graph")
            .file("m/serving.properties", "batch_size=1")
            .zip(root.resolve("x.zip"));

    Path folder = workshop.importer().run(cats(archive).withManifest(Map.of("batch_size", "8")));

    Properties manifest = new Properties();
    manifest.load(Files.newBufferedReader(folder.resolve("serving.properties")));
    assertThat(manifest).containsExactly(Map.entry("batch_size", "8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\\u000ab", "", "caf\u00e9"})
  void refusesValuesThatAManifestCannotHold(String value) throws Exception {
    failure(cats(savedModel()).withManifest(Map.of("engine", value)))
        .hasMessageContaining("cannot be written into a manifest");
  }

  @Test
  void namesTheCandidatesWhenThereAreSeveral() throws Exception {
    Path archive =
        new Archives()
            .file("a/1/saved_model.pb", "1")
            .file("a/2/saved_model.pb", "2")
            .tarGz(root.resolve("x.tgz"));

    failure(cats(archive))
        .hasMessageContaining("several models: a/1/saved_model.pb, a/2/saved_model.pb");
  }

  @Test
  void namesAnArchiveWithoutAModel() throws Exception {
    failure(cats(new Archives().file("readme", "x").tarGz(root.resolve("x.tgz"))))
        .hasMessageContaining("holds no model: expected saved_model.pb, *.onnx or *.pt");
  }

  @Test
  void namesAMissingSource() {
    failure(ImportRequest.of("cats").withSource("/no/such.tgz"))
        .hasMessage("There is no file /no/such.tgz: check the path of the source.");
  }

  @Test
  void checksTheDigestOfAFileAndKeepsTheFile() throws Exception {
    Path archive = savedModel();
    String right = FetchedArchive.sha256(archive).toUpperCase(Locale.ROOT);
    String wrong = "0".repeat(64);

    failure(cats(archive).withSha256(wrong)).hasMessageContaining("not " + wrong);
    assertThat(archive).exists();
    assertThat(workshop.importer().run(cats(archive).withSha256(right))).exists();
  }

  @Test
  void refusesOptionsThatDoNotApplyToAFinishedGraph() throws Exception {
    ImportRequest request = cats(savedModel());

    failure(request.withInput(GraphInput.JPEG)).hasMessageContaining("holds a finished graph");
    failure(request.withFold(false)).hasMessageContaining("holds a finished graph");
  }

  @Test
  void downloadsFromAUrlAndKeepsTheFile() throws Exception {
    Path archive = savedModel();
    String digest = FetchedArchive.sha256(archive);
    try (FileServer server = new FileServer(Files.readAllBytes(archive))) {
      ImportRequest request =
          ImportRequest.of("cats").withSource(server.address().toString()).withSha256(digest);
      workshop.importer().run(request);
      workshop.importer().run(request.withVersion("2"));

      assertThat(server.requests()).isEqualTo(1);
    }
    assertThat(Workshop.below(workshop.downloads)).containsExactly(digest + ".tgz");
    assertThat(workshop.storeContent()).contains("cats/1/saved_model.pb", "cats/2/saved_model.pb");
  }

  @Test
  void showsNoSecretOfTheUrl() throws Exception {
    try (FileServer server = new FileServer(Files.readAllBytes(savedModel()))) {
      String source = server.address("/model.tar.gz?signature=secret").toString();
      Path folder = workshop.importer().run(ImportRequest.of("cats").withSource(source));

      assertThat(folder.resolve("serving.properties"))
          .content()
          .contains("# Imported from " + server.address() + "\n")
          .doesNotContain("secret");
      assertThat(workshop.progress.steps().toString()).doesNotContain("secret");
    }
  }

  @Test
  void removesABrokenDownload() throws Exception {
    try (FileServer server = new FileServer(Files.readAllBytes(savedModel()))) {
      server.cut(3, 20);
      ImportRequest request = ImportRequest.of("cats").withSource(server.address().toString());

      failure(request).hasMessageContaining("cut short");
      assertThat(Workshop.below(workshop.downloads)).isEmpty();
      assertThat(workshop.importer().run(request)).exists();
    }
  }

  @Test
  void removesADownloadWithAnotherDigest() throws Exception {
    workshop.importer();
    try (FileServer server = new FileServer(Files.readAllBytes(savedModel()))) {
      workshop.address(server.address().toString());

      failure(ImportRequest.of("web")).hasMessageContaining("The file was removed.");
    }
    assertThat(Workshop.below(workshop.downloads)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://bad address/", "https://", "http:///nowhere"})
  void refusesAnInvalidAddress(String source) {
    failure(ImportRequest.of("cats").withSource(source))
        .hasMessageContaining("is not a valid address");
  }

  private Path savedModel() throws Exception {
    return new Archives().file("m/saved_model.pb", "graph").tarGz(root.resolve("model.tar.gz"));
  }

  private static ImportRequest cats(Path archive) {
    return ImportRequest.of("cats").withSource(archive.toString());
  }

  private AbstractThrowableAssert<?, ? extends Throwable> failure(ImportRequest request) {
    return assertThatThrownBy(() -> workshop.importer().run(request))
        .isInstanceOf(ImportException.class);
  }
}
