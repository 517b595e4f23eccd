package io.lynxeye.serving.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.model.ModelFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Choice of the model file. */
class ModelFileTest {

  private static void assertChosen(String file, String keys, String... files) throws Exception {
    assertThat(ModelFile.choose(List.of(files), keys(keys), "cats").name()).isEqualTo(file);
  }

  private static void assertRefused(String reason, String keys, String... files) {
    assertThatExceptionOfType(UnusableException.class)
        .isThrownBy(() -> ModelFile.choose(List.of(files), keys(keys), "cats"))
        .withMessageContaining(reason);
  }

  private static Map<String, String> keys(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? Map.of() : Map.of(text.substring(0, equals), text.substring(equals + 1));
  }

  @Test
  void prefersTheUsualNameThenTheModelsNameThenTheOnlyFile() throws Exception {
    assertChosen("model.onnx", "", "a.onnx", "cats.onnx", "model.onnx", "synset.txt");
    assertChosen("cats.pt", "", "a.pt", "cats.pt");
    assertChosen("a.pt", "", "a.pt", "readme");
    assertChosen("saved_model.pb", "", "keras_metadata.pb", "saved_model.pb");
  }

  @Test
  void theNameInTheManifestTakesPrecedence() throws Exception {
    assertChosen("a.pt", "option.modelName=a", "a.pt", "model.pt");
    assertChosen("a.pt", "option.modelName=a.pt", "a.pt", "model.pt");
    assertRefused("option.modelName=b, but there is no b.pt", "option.modelName=b", "a.pt");
  }

  @Test
  void severalModelFilesAreReportedWithTheCure() {
    assertRefused(
        "it holds several models (a.onnx, b.onnx): name the one to serve model.onnx, or set"
            + " option.modelName=a",
        "",
        "a.onnx",
        "b.onnx");
  }

  @ParameterizedTest
  @CsvSource({
    "TensorFlow, SAVED_MODEL",
    "tensorflow, SAVED_MODEL",
    "OnnxRuntime, ONNX",
    "onnxruntime, ONNX",
    "PyTorch, TORCH_SCRIPT",
    "PYTORCH, TORCH_SCRIPT"
  })
  void theEngineDecidesBetweenFormats(String engine, ModelFormat format) throws Exception {
    ModelFile file =
        ModelFile.choose(
            List.of("model.onnx", "model.pt", "saved_model.pb"), Map.of("engine", engine), "cats");
    assertThat(file.format()).isEqualTo(format);
  }

  @Test
  void severalFormatsWithoutAnEngineAreReported() {
    assertRefused(
        "choose one in serving.properties with engine=OnnxRuntime or engine=PyTorch",
        "",
        "a.onnx",
        "a.pt");
  }

  @ParameterizedTest
  @CsvSource({"Python", "MXNet", "TensorRT"})
  void anUnsupportedEngineIsReportedWithTheSupportedOnes(String engine) {
    assertRefused(
        "engine=" + engine + " is not supported; use engine=TensorFlow or engine=OnnxRuntime",
        "engine=" + engine,
        "model.pt");
  }

  @Test
  void anEngineThatContradictsTheFilesIsReported() {
    assertRefused(
        "engine=TensorFlow does not fit its files, which are for engine=PyTorch",
        "engine=TensorFlow",
        "model.pt");
    assertRefused("it holds no model", "engine=TensorFlow", "synset.txt");
  }
}
