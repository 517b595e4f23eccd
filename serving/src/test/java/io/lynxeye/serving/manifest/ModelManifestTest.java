package io.lynxeye.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelManifestTest {

  @TempDir private Path folder;

  private ModelManifest read(String text) throws IOException {
    Files.writeString(folder.resolve(ModelManifest.FILE), text);
    return ModelManifest.read(folder);
  }

  @Test
  void aFolderWithoutAManifestHasTheDefaults() throws IOException {
    ModelManifest manifest = ModelManifest.read(folder);

    assertThat(manifest).isEqualTo(ModelManifest.of(Map.of()));
    assertThat(manifest.engine()).isEmpty();
    assertThat(manifest.tags()).isEqualTo("serve");
    assertThat(manifest.signature()).isEqualTo("serving_default");
    assertThat(manifest.output()).isEmpty();
    assertThat(manifest.applySoftmax()).isFalse();
    assertThat(manifest.topK()).isEqualTo(5);
    assertThat(manifest.maxBatchSize()).isEmpty();
    assertThat(manifest.maxBatchDelay()).isEmpty();
    assertThat(manifest.queueCapacity()).isEmpty();
    assertThat(manifest.workers()).isEmpty();
    assertThat(manifest.arguments()).isEmpty();
  }

  @Test
  void readsEveryKey() throws IOException {
    ModelManifest manifest =
        read(
            """
            # as published
            engine=PyTorch
            option.Tags=serve,gpu
            option.SignatureDefKey=classify
            output=logits
            applySoftmax=true
            topK=3
            batch_size=16
            max_batch_delay=7
            job_queue_size=99
            maxWorkers=2
            width=224
            """);

    assertThat(manifest.engine()).contains("PyTorch");
    assertThat(manifest.tags()).isEqualTo("serve,gpu");
    assertThat(manifest.signature()).isEqualTo("classify");
    assertThat(manifest.output()).contains("logits");
    assertThat(manifest.applySoftmax()).isTrue();
    assertThat(manifest.topK()).isEqualTo(3);
    assertThat(manifest.maxBatchSize()).hasValue(16);
    assertThat(manifest.maxBatchDelay()).contains(Duration.ofMillis(7));
    assertThat(manifest.queueCapacity()).hasValue(99);
    assertThat(manifest.workers()).hasValue(2);
    assertThat(manifest.arguments()).containsEntry("width", "224").hasSize(11);
  }

  @Test
  void ignoresSpaceAroundValues() throws IOException {
    ModelManifest manifest =
        read("engine = TensorFlow  \ntopK = 3 \noutput = logits \napplySoftmax = true \n");

    assertThat(manifest.engine()).contains("TensorFlow");
    assertThat(manifest.topK()).isEqualTo(3);
    assertThat(manifest.output()).contains("logits");
    assertThat(manifest.applySoftmax()).isTrue();
  }

  @Test
  void listsEveryProblemInOneMessage() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                read(
                    """
                    topK=0
                    batch_size=many
                    max_batch_delay=-1
                    job_queue_size=99999999999
                    maxWorkers=
                    """))
        .withMessage(
            "serving.properties: topK=0 is not an integer of at least 1;"
                + " batch_size=many is not an integer from 1 to 256;"
                + " max_batch_delay=-1 is not an integer from 0 to 60000;"
                + " job_queue_size=99999999999 is not an integer from 1 to 100000;"
                + " maxWorkers= is not an integer from 1 to 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "ture", ""})
  void refusesASoftmaxThatIsNeitherTrueNorFalse(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelManifest.of(Map.of("applySoftmax", text)))
        .withMessageContaining("applySoftmax=" + text + " is neither true nor false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", " True "})
  void acceptsTrueInAnyCase(String text) {
    assertThat(ModelManifest.of(Map.of("applySoftmax", text)).applySoftmax()).isTrue();
  }

  @Test
  void theNewerNameOfTheBatchSizeAppliesWithoutTheOlder() {
    assertThat(ModelManifest.of(Map.of("max_dynamic_batch_size", "4")).maxBatchSize()).hasValue(4);
    assertThat(
            ModelManifest.of(Map.of("max_dynamic_batch_size", "4", "batch_size", "2"))
                .maxBatchSize())
        .hasValue(2);
  }

  @Test
  void workersOfADeviceTypeApplyWithoutAGeneralSetting() {
    assertThat(ModelManifest.of(Map.of("gpu.maxWorkers", "3")).workers()).hasValue(3);
    assertThat(ModelManifest.of(Map.of("gpu.maxWorkers", "3", "cpu.maxWorkers", "2")).workers())
        .hasValue(2);
    assertThat(ModelManifest.of(Map.of("cpu.maxWorkers", "2", "maxWorkers", "1")).workers())
        .hasValue(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelManifest.of(Map.of("maxWorkers", "1", "gpu.maxWorkers", "x")))
        .withMessageContaining("gpu.maxWorkers=x is not an integer from 1 to 64");
  }

  @Test
  void withoutAMaximumTheMinimumNumberOfWorkersApplies() {
    assertThat(ModelManifest.of(Map.of("minWorkers", "2")).workers()).hasValue(2);
    assertThat(ModelManifest.of(Map.of("minWorkers", "2", "maxWorkers", "4")).workers())
        .hasValue(4);
    assertThat(ModelManifest.of(Map.of("minWorkers", "0")).workers()).isEmpty();
    assertThat(ModelManifest.of(Map.of("minWorkers", "2")).minWorkers()).hasValue(2);
  }

  @Test
  void devicesArePassedOnUnchanged() {
    assertThat(ModelManifest.of(Map.of("load_on_devices", "0;1")).devices()).contains("0;1");
    assertThat(ModelManifest.of(Map.of()).devices()).isEmpty();
  }
}
