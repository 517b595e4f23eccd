package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.model.ModelFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no engine runs is refused with what it is and how to export it. */
class ForeignModelsTest {

  private static final String TRACE = "torch.jit.trace(model.eval(), x).save(\"model.pt\")";
  private static final String POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d";

  @TempDir private Path root;
  private StoreRig rig;

  @BeforeEach
  void makeStore() throws IOException {
    rig = new StoreRig(root);
  }

  private void bytes(String path, String latin) throws IOException {
    Files.write(rig.file(path, ""), latin.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void assertRefused(String reason) throws IOException {
    assertThat(rig.reasons(rig.read())).containsExactly("m: " + reason);
    assertThat(rig.read().models()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.h5 | a Keras model, which no engine here runs: export it with"
            + " keras.models.load_model(\"model.h5\").export(\"1\")",
        "net.keras | a Keras model, which no engine here runs: export it with"
            + " keras.models.load_model(\"net.keras\").export(\"1\")",
        "net.tflite | a TensorFlow Lite model, which no engine here runs: convert it with"
            + " tf2onnx.convert.from_tflite(\"net.tflite\", output_path=\"model.onnx\")",
        "net.pt2 | a program of torch.export, which no engine here runs: convert it with"
            + " torch.jit.trace(torch.export.load(\"net.pt2\").module(), x).save(\"model.pt\")",
        "inference.pdmodel | a PaddlePaddle model, which no engine here runs: convert it with"
            + " paddle2onnx.export(\"inference.pdmodel\", \"inference.pdiparams\","
            + " \"model.onnx\")",
        "net.engine | compiled by TensorRT for one kind of GPU, which no engine here runs: export"
            + " the original model with torch.onnx.export(model, x, \"model.onnx\")",
        "net.plan | compiled by TensorRT for one kind of GPU, which no engine here runs: export"
            + " the original model with torch.onnx.export(model, x, \"model.onnx\")",
        "Net.mlmodel | a Core ML model, which no engine here runs: export the original model with"
            + " torch.onnx.export(model, x, \"model.onnx\")",
        "_CHECKPOINT_METADATA | part of a checkpoint of Orbax, which has weights and no program,"
            + " which no engine here runs: export it with"
            + " orbax.export.ExportManager(orbax.export.JaxModule(params, apply),"
            + " [orbax.export.ServingConfig(\"serving_default\","
            + " input_signature=[spec])]).save(\"1\")"
      })
  void formatsOfOtherLibraries(String file, String reason) throws IOException {
    rig.file("m/" + file, "x");
    rig.file("m/notes.txt", "");

    assertRefused(file + " is " + reason);
  }

  @Test
  void safetensors() throws IOException {
    rig.file("m/model.safetensors", "weights");

    assertRefused(
        "model.safetensors has weights and no program, so that no engine runs it: load them into"
            + " the model in Python, and export it with "
            + TRACE);

    rig.file("m/config.json", "{}");
    assertRefused(
        "model.safetensors has weights and no program, so that no engine runs it: export it with"
            + " optimum.onnxruntime.ORTModelForImageClassification.from_pretrained(\".\","
            + " export=True).save_pretrained(\"onnx\")");
  }

  @Test
  void openVinosRepresentation() throws IOException {
    rig.file("m/1/model.xml", "<net/>");
    rig.file("m/1/model.bin", "weights");

    assertThat(rig.reasons(rig.read()))
        .containsExactly(
            "m/1: model.xml is OpenVINO's IR, which no engine here runs and which cannot be"
                + " converted back: export the original model with torch.onnx.export(model, x,"
                + " \"model.onnx\")");
  }

  @Test
  void tensorFlowJs() throws IOException {
    rig.file("m/model.json", "{\"format\": \"layers-model\", \"modelTopology\": {}}");

    assertRefused(
        "model.json is a TensorFlow.js model, which no engine here runs: export it with"
            + " tensorflowjs.converters.load_keras_model(\"model.json\").export(\"1\")");

    rig.file("m/model.json", "{\"format\": \"graph-model\", \"weightsManifest\": []}");
    assertRefused(
        "model.json is a TensorFlow.js model, which no engine here runs: it cannot be converted"
            + " back, so export the original with tf.saved_model.save(model, \"1\")");
  }

  @Test
  void anUnpackedKerasModel() throws IOException {
    rig.file("m/config.json", "{}");
    rig.file("m/model.weights.h5", "");

    assertRefused(
        "it is an unpacked Keras model, which no engine here reads: export it with"
            + " keras.models.load_model(\".\").export(\"1\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"frozen_inference_graph.pb", "saved_model.pb", "model.graphdef"})
  void aFrozenGraph(String name) throws IOException {
    bytes("m/" + name, "\n\u0010\n\u0001x");

    assertRefused(
        name
            + " is a frozen graph and not a SavedModel: convert it with g ="
            + " tf.compat.v1.GraphDef.FromString(open(\""
            + name
            + "\", \"rb\").read()); f = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(g,"
            + " name=\"\"), []); tf.saved_model.save(tf.Module(), \"1\", f.prune(\"INPUT:0\","
            + " \"OUTPUT:0\"))");
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved_model.pb", "model.onnx", "model.pt", "net.pth", "net.tflite"})
  void aPointerOfGitLfs(String name) throws IOException {
    rig.file("m/" + name, POINTER);

    assertRefused(
        name
            + " is a pointer of Git LFS and not the file itself: run git lfs pull, and copy it"
            + " again");
  }

  @Test
  void variablesThatAreAPointerOfGitLfs() throws IOException {
    rig.savedModel("m");
    rig.file("m/variables/variables.index", "");
    rig.file("m/variables/variables.data-00000-of-00001", POINTER);

    assertRefused(
        "variables/variables.data-00000-of-00001 is a pointer of Git LFS and not the file itself:"
            + " run git lfs pull, and copy it again");
  }

  @Test
  void weightsOfOnnxThatAreAPointerOfGitLfs() throws IOException {
    rig.file("m/model.onnx", "onnx");
    rig.file("m/model.onnx_data", POINTER);

    assertRefused(
        "model.onnx_data is a pointer of Git LFS and not the file itself: run git lfs pull, and"
            + " copy it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved_model.pb", "model.onnx", "model.h5"})
  void aWebPage(String name) throws IOException {
    rig.file("m/" + name, "\n<!DOCTYPE html><html>Sign in");

    assertRefused(
        name
            + " is a web page and not a model: download it again, from the address of the file"
            + " itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pt", "net.pth"})
  void pickledPython(String name) throws IOException {
    String reason =
        name
            + " is pickled Python (a state dictionary, a checkpoint or a whole module) and not a"
            + " TorchScript program: load it in Python, and export it with "
            + TRACE;
    rig.zip("m/" + name, "archive/data.pkl", "", "archive/data/0", "", "archive/version", "3");
    assertRefused(reason);

    bytes("m/" + name, "\u0080\u0002\u008a\nl\u00fc\u009cF");
    assertRefused(reason);
  }

  @Test
  void aProgramOfTorchExportWithAnotherEnding() throws IOException {
    rig.zip("m/model.pt", "model/archive_format", "pt2", "model/models/model.json", "{}");

    assertRefused(
        "model.pt is a program of torch.export, which no engine here reads: convert it with"
            + " torch.jit.trace(torch.export.load(\"model.pt\").module(), x).save(\"model.pt\")");
  }

  @Test
  void aFileThatIsNotWhatItsEndingSays() throws IOException {
    rig.file("m/weights.pth", "who knows");
    assertRefused("weights.pth is not a TorchScript program: export the model with " + TRACE);

    Files.delete(rig.store.resolve("m/weights.pth"));
    rig.zip("m/model.bin", "net/code/__torch__.py", "", "net/data.pkl", "");
    assertRefused("model.bin is a TorchScript program: give it a name that ends in .pt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.pt", "net.pth", "net.torchscript"})
  void aTorchScriptProgramIsServedWithAnyOfItsEndings(String name) throws IOException {
    rig.zip("m/" + name, "net/code/__torch__.py", "", "net/data.pkl", "", "net/constants.pkl", "");

    assertThat(rig.read().unusable()).isEmpty();
    assertThat(StoreRig.only(rig.read()).files().format()).isEqualTo(ModelFormat.TORCH_SCRIPT);
    assertThat(StoreRig.only(rig.read()).files().file()).isEqualTo(name);
  }

  @Test
  void aTorchScriptProgramWithoutAFolderInItsZip() throws IOException {
    rig.zip("m/model.pt", "data.pkl", "", "code/__torch__.py", "");

    assertThat(rig.read().unusable()).isEmpty();
  }

  @Test
  void weightsBesideAModelDoNotMatter() throws IOException {
    rig.zip("m/checkpoint.pth", "archive/data.pkl", "");
    rig.file("m/model.onnx", "onnx");
    rig.file("m/model.safetensors", "");

    assertThat(rig.read().unusable()).isEmpty();
    assertThat(StoreRig.only(rig.read()).files().file()).isEqualTo("model.onnx");
  }

  @Test
  void pythonCode() throws IOException {
    rig.file("m/model.py", "class Model: pass");
    assertRefused(
        "model.py is Python code, which is not run here: export the model that it calls, for"
            + " example with torch.onnx.export(model, x, \"model.onnx\")");

    rig.file("m/serving.properties", "engine=Python");
    assertRefused(
        "engine=Python is not supported; use engine=TensorFlow or engine=OnnxRuntime or"
            + " engine=PyTorch");
  }
}
