package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model repositories of NVIDIA Triton are served unchanged. */
class TritonLayoutTest {

  private static final String DENSENET =
      """
      # As published.
      name: "densenet_onnx"
      platform: "onnxruntime_onnx"
      max_batch_size : 8,
      input [
        {
          name: "data_0"
          data_type: TYPE_FP32
          format: FORMAT_NCHW
          dims: [ 3, 224, 224 ]
        }
      ]
      output {
        name: "fc6_1" data_type: TYPE_FP32 dims: 1000 dims: [1, 1]
        label_filename: "labels.txt"
      }
      dynamic_batching: { preferred_batch_size: [ 4, 8 ] max_queue_delay_microseconds: 1500 }
      instance_group [ { count: 2 kind: KIND_CPU }, { kind: KIND_AUTO } ];
      version_policy: { specific { versions: [1, 3] } }
      optimization { graph { level: 1 } }
      parameters { key: "x" value: { string_value: 'it''s' } }
      """;

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  private ModelSource only() throws IOException {
    ModelStore.Contents contents = rig.read();
    assertThat(contents.unusable()).isEmpty();
    assertThat(contents.strays()).isEmpty();
    return StoreRig.only(contents);
  }

  @Test
  void anOnnxModelWithItsConfiguration() throws IOException {
    rig.file("m/config.pbtxt", DENSENET);
    rig.file("m/labels.txt", "tench, Tinca tinca\ngoldfish\n");
    rig.file("m/1/model.onnx", "onnx");

    ModelSource source = only();

    assertThat(source.files().format()).isEqualTo(ModelFormat.ONNX);
    assertThat(source.files().file()).isEqualTo("model.onnx");
    assertThat(source.manifest().arguments())
        .containsOnly(
            entry("engine", "OnnxRuntime"),
            entry("batch_size", "8"),
            entry("max_batch_delay", "2"),
            entry("maxWorkers", "3"),
            entry("classLabels", "tench\\, Tinca tinca,goldfish"),
            entry("signature.inputs", "data_0: float [-1, 3, 224, 224]"),
            entry("signature.outputs", "fc6_1: float [-1, 1000, 1, 1]"));
    assertThat(source.manifest().remarks()).isEmpty();
    assertThat(source.manifest().notes())
        .containsExactly(
            "config.pbtxt: these have no effect here: dynamic_batching.preferred_batch_size,"
                + " instance_group.kind, optimization, parameters");
    assertThat(rig.read().models().get(0).settings().versions().text()).isEqualTo("1,3");
  }

  @Test
  void warmUpRequestsOfZerosAndRandomData() throws IOException {
    rig.file(
        "m/config.pbtxt",
        """
        model_warmup [
          { name: "one" batch_size: 4 inputs {
              key: "a" value: { data_type: TYPE_FP32 dims: [224, 224, 3] zero_data: true } } },
          { name: "two" inputs { key: "a" value: { data_type: TYPE_FP32 dims: 2 random_data: true } }
            inputs { key: "b" value: { data_type: TYPE_INT64 dims: 1 input_data_file: "raw" } } }
        ]
        """);
    rig.file("m/1/model.onnx", "onnx");

    ModelSource source = only();

    assertThat(source.manifest().arguments())
        .containsEntry("warmup.inputs", "a: float [4, 224, 224, 3]|a: float [2]; b: int64 [1]");
    assertThat(source.manifest().notes())
        .containsExactly(
            "config.pbtxt: these have no effect here: model_warmup.inputs.input_data_file");
  }

  private static Map.Entry<String, String> entry(String key, String value) {
    return Map.entry(key, value);
  }

  @Test
  void aSavedModelInItsFolderBesideTheVersionsOwnFiles() throws IOException {
    rig.file("m/config.pbtxt", "backend: \"tensorflow\"");
    Path version = rig.savedModel("m/1/model.savedmodel").getParent();
    rig.file("m/1/model.savedmodel/variables/variables.index", "");
    rig.file("m/1/model.savedmodel/variables/variables.data-00000-of-00001", "");
    rig.file("m/1/synset.txt", "cat");

    ModelSource source = only();

    assertThat(source.folder()).isEqualTo(version);
    assertThat(source.files().file()).isEqualTo("model.savedmodel/saved_model.pb");
    assertThat(source.modelFolder()).isEqualTo(version.resolve("model.savedmodel"));
  }

  @Test
  void incompleteVariablesOfASavedModelInItsFolderAreAwaited() throws IOException {
    rig.savedModel("m/1/model.savedmodel");
    rig.file("m/1/model.savedmodel/variables/variables.index", "");
    rig.file("m/1/synset.txt", "cat");

    assertThat(rig.reasons(rig.read()))
        .containsExactly(
            "m/1: variables/variables.data-00000-of-00001 is missing: it is loaded when its"
                + " variables are complete");
  }

  @Test
  void theModelsFileMayHaveAnotherName() throws IOException {
    rig.file("a/config.pbtxt", "default_model_filename: \"net.savedmodel\"");
    rig.savedModel("a/1/net.savedmodel");
    rig.file("a/1/notes.txt", "");
    rig.file("b/config.pbtxt", "default_model_filename: \"net.onnx\"");
    rig.file("b/1/net.onnx", "");
    rig.file("b/1/other.onnx", "");

    assertThat(rig.read().sources().map(source -> source.files().file()))
        .containsExactly("net.savedmodel/saved_model.pb", "net.onnx");
  }

  @Test
  void withoutABatchDimensionOneInputRunsAtATime() throws IOException {
    rig.file(
        "m/config.pbtxt",
        """
        max_batch_size: 0
        input { name: "a" data_type: TYPE_INT64 dims: [-1, 4] }
        input { name: "b" data_type: TYPE_STRING dims: 1 }
        """);
    rig.file("m/1/model.pt", "torch");

    assertThat(only().manifest().arguments())
        .containsEntry("batch_size", "1")
        .containsEntry("signature.inputs", "a: int64 [-1, 4]; b: string [1]");
  }

  @Test
  void tensorsThatAreLeftToTheModelsFileImplyNothing() throws IOException {
    rig.file(
        "m/config.pbtxt",
        """
        input { name: "a" dims: [4] }
        output { name: "b" data_type: TYPE_FP32 dims: [] }
        """);
    rig.file("m/1/model.onnx", "onnx");

    assertThat(only().manifest().arguments())
        .containsExactly(Map.entry("signature.outputs", "b: float []"));
  }

  @Test
  void moreThanTheManifestAllowsIsReducedAndNamed() throws IOException {
    rig.file("m/config.pbtxt", "max_batch_size: 1024");
    rig.file("m/1/model.onnx", "onnx");

    assertThat(only().manifest().arguments()).containsExactly(Map.entry("batch_size", "256"));
    assertThat(only().manifest().notes())
        .containsExactly("config.pbtxt: these have no effect here: max_batch_size above 256");
  }

  @Test
  void theFoldersOwnManifestTakesPrecedence() throws IOException {
    rig.file("m/config.pbtxt", DENSENET);
    rig.file("m/labels.txt", "a\n");
    rig.file("m/serving.properties", "max_dynamic_batch_size=4\nversions=latest:2\n");
    rig.file("m/1/model.onnx", "onnx");
    rig.file("m/1/serving.properties", "cpu.maxWorkers=1\nsynsetFileName=mine.txt\n");

    assertThat(only().manifest().arguments())
        .containsEntry("max_dynamic_batch_size", "4")
        .containsEntry("max_batch_delay", "2")
        .containsEntry("cpu.maxWorkers", "1")
        .containsEntry("synsetFileName", "mine.txt")
        .doesNotContainKeys("batch_size", "maxWorkers", "classLabels", "versions");
    assertThat(rig.read().models().get(0).settings().versions().text()).isEqualTo("latest:2");
  }

  @ParameterizedTest
  @CsvSource({"'latest { num_versions: 2 }', latest:2", "'all { }', all", "'latest {}', latest:1"})
  void theVersionPolicyIsASettingOfTheModel(String policy, String versions) throws IOException {
    rig.file("m/config.pbtxt", "version_policy: { " + policy + " }");
    rig.file("m/1/model.onnx", "onnx");

    only();
    assertThat(rig.read().models().get(0).settings().versions().text()).isEqualTo(versions);
  }

  @Test
  void inAnArchive() throws IOException {
    rig.zip(
        "m.zip",
        "densenet/config.pbtxt",
        DENSENET,
        "densenet/labels.txt",
        "tench",
        "densenet/1/model.onnx",
        "onnx");

    assertThat(only().manifest().arguments())
        .containsEntry("batch_size", "8")
        .containsEntry("classLabels", "tench");
  }

  @Test
  void aChangedConfigurationLoadsTheVersionAgain() throws IOException {
    rig.file("m/config.pbtxt", "max_batch_size: 2");
    rig.file("m/1/model.onnx", "onnx");
    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 3);
    String before = StoreRig.only(watcher.contents()).files().fingerprint();

    rig.file("m/config.pbtxt", "max_batch_size: 16");
    StoreRig.scan(watcher, 3);

    ModelSource after = StoreRig.only(watcher.contents());
    assertThat(after.manifest().arguments()).containsEntry("batch_size", "16");
    assertThat(after.files().fingerprint()).isNotEqualTo(before);

    Files.delete(rig.store.resolve("m/config.pbtxt"));
    StoreRig.scan(watcher, 3);
    assertThat(StoreRig.only(watcher.contents()).manifest().arguments()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "platform: \"ensemble\" ensemble_scheduling { step [ { model_name: \"a\" }, { model_name:"
            + " \"b\" } ] } | config.pbtxt describes an ensemble of a, b, and ensembles are not"
            + " supported: serve its models alone, and send the output of one to the next",
        "backend: \"python\" | config.pbtxt names python, which no engine here runs: export the"
            + " model that its Python code calls, for example with torch.onnx.export(model, x,"
            + " \"model.onnx\")",
        "platform: \"tensorrt_plan\" | config.pbtxt names tensorrt_plan, which no engine here"
            + " runs: export the original model with torch.onnx.export(model, x, \"model.onnx\")",
        "input { name: \"a\" | config.pbtxt: line 1: '}' is missing: correct it",
        "input { name: \"a\" data_type: TYPE_FP7 } | config.pbtxt: data_type TYPE_FP7 of a is not"
            + " known: correct it",
        "max_batch_size: many | config.pbtxt: max_batch_size: many is not an integer: correct it",
        "name: \"a | config.pbtxt: line 1: the end of a string is missing: correct it"
      })
  void whatCannotBeServedIsRefusedByName(String config, String reason) throws IOException {
    rig.file("m/config.pbtxt", config);
    rig.file("m/1/model.onnx", "onnx");

    assertThat(rig.reasons(rig.read())).containsExactly("m/config.pbtxt: " + reason);
    assertThat(rig.read().models()).isEmpty();
  }

  @Test
  void anEnsembleWithoutVersionFoldersIsRefusedByName() throws IOException {
    rig.file("m/config.pbtxt", "platform: \"ensemble\"");

    assertThat(rig.reasons(rig.read()))
        .singleElement()
        .asString()
        .startsWith("m: config.pbtxt describes an ensemble, and ensembles are not supported");
  }

  @Test
  void aPlatformThatIsNotTheModelsIsRefused() throws IOException {
    rig.file("m/config.pbtxt", "platform: \"pytorch_libtorch\"");
    rig.file("m/1/model.onnx", "onnx");

    assertThat(rig.reasons(rig.read()))
        .containsExactly(
            "m/1: config.pbtxt names a platform or backend for PyTorch, but the model is"
                + " model.onnx: correct the one or the other");
  }

  @Test
  void missingLabelsAreNamed() throws IOException {
    rig.file(
        "m/config.pbtxt",
        "output { name: \"o\" data_type: TYPE_FP32 dims: 3 label_filename: \"l.txt\" }");
    rig.file("m/1/model.onnx", "onnx");

    assertThat(only().manifest().notes())
        .containsExactly(
            "config.pbtxt: label_filename names l.txt, which is not beside it: there are no labels");
  }
}
