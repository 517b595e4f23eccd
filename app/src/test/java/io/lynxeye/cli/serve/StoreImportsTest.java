package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.importers.sources.GraphOperations;
import io.lynxeye.importers.sources.ModelSources;
import io.lynxeye.serving.management.ManagementException;
import io.lynxeye.serving.management.ManagementException.Kind;
import io.lynxeye.serving.management.Registration;
import io.lynxeye.serving.model.ModelId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports of models that are registered at the management port. */
class StoreImportsTest {

  @TempDir private Path folder;
  private Path archive;
  private StoreImports imports;

  @BeforeEach
  void make() throws IOException {
    archive = folder.resolve("cats.zip");
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry("cats/saved_model.pb"));
    }
    imports = imports(folder.toString());
  }

  private StoreImports imports(String... sources) {
    return new StoreImports(
        folder.resolve("store"),
        folder.resolve("cache"),
        new ModelSources(List.of(sources)),
        new GraphOperations(Set.of()));
  }

  private static Registration registration(String url, Optional<String> sha256) {
    return new Registration(
        url,
        new ModelId("lynx", 3),
        false,
        false,
        OptionalInt.empty(),
        Map.of("batch_size", "4"),
        sha256);
  }

  private void assertRefused(Kind kind, String url, Optional<String> sha256, String message) {
    assertThatExceptionOfType(ManagementException.class)
        .isThrownBy(() -> imports.add(registration(url, sha256)))
        .withMessageContaining(message)
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(kind));
    assertThat(folder.resolve("store").resolve("lynx")).doesNotExist();
  }

  @Test
  void aFileIsImportedByItsPathOrItsAddress() throws Exception {
    imports.add(registration(archive.toString(), Optional.empty()));
    Path version = folder.resolve("store").resolve("lynx").resolve("3");
    assertThat(version.resolve("saved_model.pb")).exists();
    assertThat(version.resolve("serving.properties")).content().contains("\nbatch_size=4\n");

    Files.move(version, folder.resolve("elsewhere"));
    imports.add(registration(archive.toUri().toString(), Optional.empty()));
    assertThat(version.resolve("saved_model.pb")).exists();
  }

  @Test
  void aFolderIsCopiedByItsPathOrItsAddress() throws Exception {
    Path source = Files.createDirectory(folder.resolve("my cats"));
    Files.createFile(source.resolve("saved_model.pb"));
    Files.writeString(source.resolve("labels.txt"), "cat");
    Path version = folder.resolve("store").resolve("lynx").resolve("3");

    for (String url : new String[] {source.toString(), source + "/", source.toUri().toString()}) {
      imports.add(registration(url, Optional.empty()));
      assertThat(version.resolve("saved_model.pb")).exists();
      assertThat(version.resolve("labels.txt")).hasContent("cat");
      assertThat(version.resolve("serving.properties")).content().contains("\nbatch_size=4\n");
      Files.move(version, Files.createTempDirectory(folder, "moved").resolve("3"));
    }
    assertThat(source.resolve("saved_model.pb")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.zip", "file:///no.zip", "file://host/no.zip", "s3://b/m", "resnet5"})
  void anUnknownUrlFileOrCatalogueNameIsRefused(String url) {
    assertRefused(Kind.UNKNOWN, url, Optional.empty(), "Invalid model url: " + url);
  }

  @Test
  void aBrokenOrUnexpectedArchiveIsRefusedWithTheReason() throws IOException {
    Path text = Files.writeString(folder.resolve("text.zip"), "no archive");

    assertRefused(Kind.FAILED, text.toString(), Optional.empty(), "archive");
    assertRefused(Kind.FAILED, archive.toString(), Optional.of("0".repeat(64)), "SHA-256");
  }
}
