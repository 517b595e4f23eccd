package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What MLflow, Optimum and TorchServe write is served unchanged. */
class OtherServersTest {

  private static final String VIT =
      """
      {"architectures": ["ViTForImageClassification"], "model_type": "vit",
       "id2label": {"0": "tench, Tinca tinca", "1": "goldfish"}, "problem_type": null}
      """;

  private static final String VIT_PREPROCESSOR =
      """
      {"do_normalize": true, "do_rescale": true, "do_resize": true, "image_mean": [0.5, 0.5, 0.5],
       "image_std": [0.25, 0.25, 0.25], "resample": 2, "rescale_factor": 0.00392156862745098,
       "size": {"height": 224, "width": 256}, "do_convert_rgb": null}
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
    ModelSource source = StoreRig.only(contents);
    assertThat(source.manifest().remarks()).isEmpty();
    return source;
  }

  private void assertRefused(String reason) throws IOException {
    assertThat(rig.reasons(rig.read())).containsExactly(reason);
  }

  @Test
  void aTensorFlowModelOfMlflow() throws IOException {
    rig.file(
        "m/MLmodel",
        """
        artifact_path: model
        flavors:
          python_function:
            data: elsewhere
            loader_module: mlflow.tensorflow
          tensorflow:
            code: null
            data: "data"
            model_type: keras
        model_uuid: 9a
        """);
    rig.savedModel("m/data/model");
    rig.file("m/requirements.txt", "tensorflow");

    ModelSource source = only();

    assertThat(source.files().file()).isEqualTo("data/model/saved_model.pb");
    assertThat(source.manifest().arguments()).isEmpty();
  }

  @Test
  void aTensorFlowModuleOfMlflow() throws IOException {
    rig.file(
        "m/1/MLmodel",
        """
        flavors:
          tensorflow:
            meta_graph_tags: null
            saved_model_dir: tf2model
            signature_def_key: predict
        """);
    rig.savedModel("m/1/tf2model");

    ModelSource source = only();

    assertThat(source.files().file()).isEqualTo("tf2model/saved_model.pb");
    assertThat(source.manifest().arguments())
        .containsExactly(Map.entry("option.SignatureDefKey", "predict"));
  }

  @Test
  void anOnnxModelOfMlflow() throws IOException {
    rig.file("m/MLmodel", "flavors:\n  onnx:\n    data: net.onnx\n    onnx_version: 1.16.0\n");
    rig.file("m/net.onnx", "onnx");
    rig.file("m/model.onnx", "another");

    assertThat(only().files().file()).isEqualTo("net.onnx");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pytorch | MLmodel says that the model is pickled Python code of PyTorch, which no engine"
            + " here runs: export it with torch.jit.script(mlflow.pytorch.load_model(\".\"))"
            + ".save(\"model.pt\")",
        "sklearn | MLmodel names the flavors python_function, sklearn, which no engine here runs:"
            + " save the model with mlflow.onnx.save_model(onnx_model, \"1\")",
        "tensorflow | MLmodel says that the model is TensorFlow's, but there is no SavedModel in"
            + " data/model: export it with mlflow.tensorflow.load_model(\".\").export(\"1\")"
      })
  void otherFlavorsOfMlflowAreRefusedByName(String flavor, String reason) throws IOException {
    rig.file("m/MLmodel", "flavors:\n  python_function:\n    a: b\n  " + flavor + ":\n    c: d\n");
    rig.file("m/data/model.pth", "");

    assertRefused("m: " + reason);
  }

  @Test
  void aModelThatOptimumHasExported() throws IOException {
    rig.file("m/config.json", VIT);
    rig.file("m/preprocessor_config.json", VIT_PREPROCESSOR);
    rig.file("m/onnx/model.onnx", "onnx");
    rig.file("m/onnx/model_quantized.onnx", "onnx");
    rig.file("m/model.safetensors", "weights");

    ModelSource source = only();

    assertThat(source.files().format()).isEqualTo(ModelFormat.ONNX);
    assertThat(source.files().file()).isEqualTo("onnx/model.onnx");
    assertThat(source.manifest().notes()).isEmpty();
    assertThat(source.manifest().arguments())
        .containsOnly(
            Map.entry("classLabels", "tench\\, Tinca tinca,goldfish"),
            Map.entry("applySoftmax", "true"),
            Map.entry("width", "256"),
            Map.entry("height", "224"),
            Map.entry("resize", "true"),
            Map.entry("toTensor", "true"),
            Map.entry("normalize", "0.5,0.5,0.5,0.25,0.25,0.25"));
  }

  @Test
  void theShortEdgeAndTheCropOfAnImageProcessor() throws IOException {
    rig.file("m/config.json", "{\"model_type\": \"mobilenet_v2\"}");
    rig.file(
        "m/preprocessor_config.json",
        """
        {"do_center_crop": true, "crop_size": {"height": 224, "width": 224}, "resample": 2,
         "size": {"shortest_edge": 256}, "do_rescale": false, "do_normalize": false}
        """);
    rig.file("m/model.onnx", "onnx");
    rig.file("m/synset.txt", "cat");

    assertThat(only().manifest().arguments())
        .containsOnly(
            Map.entry("width", "224"),
            Map.entry("height", "224"),
            Map.entry("resizeShort", "256"),
            Map.entry("centerCrop", "true"),
            Map.entry("toTensor", "false"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"resample\": 3, \"size\": 224 | resample=3",
        "\"crop_pct\": 0.875, \"size\": {\"shortest_edge\": 224} | crop_pct=0.875,"
            + " size={shortest_edge=224}",
        "\"rescale_factor\": 0.00784, \"size\": 224 | rescale_factor=0.00784",
        "\"do_center_crop\": true, \"size\": 256, \"crop_size\": 224 | size=256",
        "\"do_pad\": true, \"size\": 224 | do_pad=true"
      })
  void preprocessingWithoutAnExactEqualIsNotUsedAndNamed(String fields, String named)
      throws IOException {
    rig.file("m/config.json", "{\"model_type\": \"swin\"}");
    rig.file("m/preprocessor_config.json", "{\"do_resize\": true, " + fields + "}");
    rig.file("m/model.onnx", "onnx");

    ModelSource source = only();

    assertThat(source.manifest().arguments()).isEmpty();
    assertThat(source.manifest().notes())
        .containsExactly(
            "preprocessor_config.json says "
                + named
                + ", which has no equal here, so that none of it is used: put the nearest keys into"
                + " serving.properties");
  }

  @Test
  void theOwnManifestReplacesTheImpliedPreprocessing() throws IOException {
    rig.file("m/config.json", VIT);
    rig.file("m/preprocessor_config.json", VIT_PREPROCESSOR);
    rig.file("m/onnx/model.onnx", "onnx");
    rig.file("m/serving.properties", "resizeShort=300\ncenterCrop=true\n");

    assertThat(only().manifest().arguments())
        .containsKeys("normalize", "toTensor", "classLabels")
        .doesNotContainKeys("width", "height", "resize");
  }

  @Test
  void aConfigurationOfAnotherToolIsNotHuggingFaces() throws IOException {
    rig.file("m/config.json", "{\"id2label\": {\"0\": \"cat\"}}");
    rig.file("m/model.onnx", "onnx");

    assertThat(only().manifest().arguments()).isEmpty();
  }

  @Test
  void aDamagedConfigurationIsNamed() throws IOException {
    rig.file("m/config.json", "{\"model_type\": ");
    rig.file("m/model.onnx", "onnx");

    assertThat(rig.reasons(rig.read()))
        .singleElement()
        .asString()
        .startsWith("m: config.json is not JSON (");
  }

  private void mar(String model, String... more) throws IOException {
    String[] entries = new String[more.length + 4];
    entries[0] = "MAR-INF/MANIFEST.json";
    entries[1] =
        "{\"runtime\": \"python\", \"model\": {" + model + "}, \"archiverVersion\": \"1\"}";
    entries[2] = "resnet18.pt";
    entries[3] = "torch";
    System.arraycopy(more, 0, entries, 4, more.length);
    rig.zip("m.mar", entries);
  }

  @Test
  void anImageClassifierOfTorchServe() throws IOException {
    mar(
        "\"modelName\": \"resnet\", \"serializedFile\": \"resnet18.pt\", \"handler\":"
            + " \"image_classifier\", \"modelVersion\": \"1.0\", \"configFile\":"
            + " \"model-config.yaml\"",
        "index_to_name.json",
        "{\"0\": [\"n01440764\", \"tench\"], \"1\": [\"n01443537\", \"gold, fish\"]}",
        "model-config.yaml",
        "minWorkers: 1\nmaxWorkers: 2 # two\nbatchSize: 4\nhandler:\n  batchSize: 9\n");

    ModelSource source = only();

    assertThat(source.files().format()).isEqualTo(ModelFormat.TORCH_SCRIPT);
    assertThat(source.files().file()).isEqualTo("resnet18.pt");
    assertThat(source.manifest().notes()).isEmpty();
    assertThat(source.manifest().arguments())
        .containsOnly(
            Map.entry("option.modelName", "resnet18.pt"),
            Map.entry("classLabels", "tench,gold\\, fish"),
            Map.entry("resizeShort", "256"),
            Map.entry("width", "224"),
            Map.entry("height", "224"),
            Map.entry("centerCrop", "true"),
            Map.entry("normalize", "0.485,0.456,0.406,0.229,0.224,0.225"),
            Map.entry("applySoftmax", "true"),
            Map.entry("topK", "5"),
            Map.entry("minWorkers", "1"),
            Map.entry("maxWorkers", "2"),
            Map.entry("batch_size", "4"));
  }

  @Test
  void anotherHandlerOfTorchServeIsNamed() throws IOException {
    mar("\"serializedFile\": \"resnet18.pt\", \"handler\": \"object_detector\"");

    ModelSource source = only();

    assertThat(source.manifest().arguments())
        .containsExactly(Map.entry("option.modelName", "resnet18.pt"));
    assertThat(source.manifest().notes())
        .containsExactly(
            "MAR-INF/MANIFEST.json: what the handler object_detector does to inputs and outputs is"
                + " not done");
  }

  @Test
  void pythonCodeOfTorchServeIsRefusedByName() throws IOException {
    mar("\"serializedFile\": \"resnet18.pt\", \"handler\": \"my_handler.py\"");

    assertRefused(
        "m.mar: its handler is my_handler.py, and Python code is not run here: make the archive"
            + " with --handler image_classifier, or export the model with its pre- and"
            + " postprocessing: torch.jit.script(model.eval()).save(\"model.pt\")");

    mar("\"handler\": \"image_classifier\", \"modelFile\": \"model.py\"");

    assertRefused(
        "m.mar: its model is built by model.py, and Python code is not run here: export it with"
            + " torch.jit.trace(model.eval(), x).save(\"model.pt\"), and make the archive without"
            + " --model-file");
  }
}
