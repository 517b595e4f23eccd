package io.lynxeye.bench.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCopyTest {

  @TempDir Path store;

  @Test
  void settingsAreThoseOfTheCopyAndTheOriginalIsUnchanged() throws Exception {
    Path version = Files.createDirectories(store.resolve("m/1"));
    Files.writeString(version.resolve("saved_model.pb"), "graph");
    Files.writeString(version.resolve("serving.properties"), "precision=bf16\ntopK=3");

    Path copied;
    try (StoreCopy exact = StoreCopy.of(store, "m")) {
      exact.setVersions("precision=fp32");
      copied = exact.folder().resolve("m/1");
      assertThat(copied.resolve("saved_model.pb")).hasContent("graph");
      ModelManifest manifest = ModelManifest.read(copied);
      assertThat(manifest.precision()).isEqualTo(Precision.FP32);
      assertThat(manifest.arguments()).containsEntry("topK", "3");
    }
    assertThat(copied).doesNotExist();
    assertThat(ModelManifest.read(version).precision()).isEqualTo(Precision.BF16);
  }

  @Test
  void aMissingModelIsReportedWithTheCure() {
    assertThatThrownBy(() -> StoreCopy.of(store, "m"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("./lynxeye import m");
  }

  @Test
  void theNewestVersionIsRepeatedWithTheNextNumber() throws Exception {
    for (String number : List.of("2", "10")) {
      Path version = Files.createDirectories(store.resolve("m").resolve(number));
      Files.writeString(version.resolve("saved_model.pb"), "graph " + number);
    }

    try (StoreCopy copy = StoreCopy.of(store, "m")) {
      copy.setModel(List.of("rollout=shadow", "rollout.share=1"));
      copy.repeatNewest();

      assertThat(copy.folder().resolve("m/11/saved_model.pb")).hasContent("graph 10");
      assertThat(copy.folder().resolve("m/serving.properties"))
          .content()
          .contains("rollout=shadow\nrollout.share=1\n");
    }
  }

  @Test
  void aModelWithoutVersionFoldersCannotBeRepeated() throws Exception {
    Files.createDirectories(store.resolve("m"));
    Files.writeString(store.resolve("m/saved_model.pb"), "graph");

    try (StoreCopy copy = StoreCopy.of(store, "m")) {
      assertThatThrownBy(copy::repeatNewest)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no version folder");
    }
  }
}
