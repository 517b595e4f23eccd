package io.lynxeye.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.manifest.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactStoreTest {

  @TempDir Path store;

  @Test
  void theCopyComputesInFloat32AndTheOriginalIsUnchanged() throws Exception {
    Path version = Files.createDirectories(store.resolve("m/1"));
    Files.writeString(version.resolve("saved_model.pb"), "graph");
    Files.writeString(version.resolve("serving.properties"), "precision=bf16\ntopK=3");

    Path copied;
    try (ExactStore exact = ExactStore.of(store, "m")) {
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
    assertThatThrownBy(() -> ExactStore.of(store, "m"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("./lynxeye import m");
  }
}
