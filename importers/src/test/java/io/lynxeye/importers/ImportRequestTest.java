package io.lynxeye.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportRequestTest {
  @TempDir Path root;

  @Test
  void defaultsToVersionOneOfTheSameName() {
    assertThat(ImportRequest.of("resnet50"))
        .isEqualTo(
            new ImportRequest(
                "resnet50",
                Optional.empty(),
                Optional.empty(),
                "resnet50",
                "1",
                GraphInput.PIXELS,
                true,
                false,
                Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".hidden", "a/b", "a b", "-x"})
  void refusesNamesThatAreNotFolderNames(String name) {
    refused(ImportRequest.of("resnet50").withModelName(name), "cannot be the name of a model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.0", "v1", "../1", "9223372036854775808"})
  void refusesVersionsThatAreNotNumbersOrTooLarge(String version) {
    refused(
        ImportRequest.of("resnet50").withVersion(version),
        "The version is \"" + version + "\", it must be 0 to 9223372036854775807.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0001", "20240131120000", "9223372036854775807"})
  void acceptsAnyOtherVersion(String version) throws Exception {
    ImportRequest.of("resnet50").withVersion(version).check();
  }

  @Test
  void refusesAnInvalidDigest() {
    refused(ImportRequest.of("mine").withSource("file").withSha256("abc"), "64 hexadecimal digits");
  }

  @Test
  void refusesADigestWithoutASource() {
    refused(ImportRequest.of("resnet50").withSha256("0".repeat(64)), "needs a source");
  }

  @Test
  void anUnknownNameTouchesNothing() throws Exception {
    refused(ImportRequest.of("resnet51"), "The catalogue has no \"resnet51\"");

    assertThat(root).isEmptyDirectory();
  }

  private void refused(ImportRequest request, String message) {
    ModelImporter importer = new ModelImporter(root, root, Progress.silent());
    assertThatThrownBy(() -> importer.run(request))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining(message);
  }
}
