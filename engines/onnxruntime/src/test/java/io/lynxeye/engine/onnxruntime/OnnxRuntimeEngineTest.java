package io.lynxeye.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lynxeye.engine.djl.CustomTranslators;
import io.lynxeye.engine.djl.OptionalEngineContract;
import io.lynxeye.engine.djl.TranslatorJar;
import io.lynxeye.engine.djl.UnusualTranslators;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.model.ModelFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contract of optional engines, and what only ONNX Runtime does. */
class OnnxRuntimeEngineTest extends OptionalEngineContract {
  /** Telemetry files before the test: another program may have written some. */
  private static final Map<String, FileTime> TELEMETRY_FILES_BEFORE = telemetryFiles();

  @Override
  protected ModelFormat format() {
    return ModelFormat.ONNX;
  }

  @Override
  protected Path write(Path into) throws Exception {
    Path file = TinyOnnxModel.write(into);
    return Files.move(file, into.resolve("means.onnx")); // Any file name is accepted.
  }

  @Test
  void selectsAnOutputByName() throws Exception {
    try (LoadedModel model = load()) {
      assertThat(model.description().output()).isEqualTo("means: float [-1, 3]");
    }
    set("output", "scores");
    assertRefused("it has no output 'scores'; set output to one of: means: float [-1, 3]");
  }

  @Test
  void refusesASizeOrLayoutThatDoesNotFitTheModel() {
    set("width", "4");
    assertRefused(
        "its input takes [-1, 3, 2, 2] per image, but serving.properties describes [3, 2, 4]: set"
            + " width, height and layout");

    set("width", "2");
    set("layout", "NHWC");
    assertRefused(
        "its input takes [-1, 3, 2, 2] per image, but serving.properties describes [2, 2, 3]: set"
            + " width, height and layout");
  }

  @Test
  void refusesATranslatorThatNeedsTensorArithmetic() throws Exception {
    TranslatorJar.compile(
        folder().resolve("libs").resolve("doubling.jar"),
        Map.of("custom.Doubling", UnusualTranslators.DOUBLING_CODE));
    try (LoadedModel model = load()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> model.warmUp(1))
          .withMessageStartingWith(
              "its translator needs tensor arithmetic that OnnxRuntime does not have");
    }
  }

  @Test
  void refusesATranslatorWhoseTensorsDoNotFit() throws Exception {
    CustomTranslators.jar(folder());
    set("planar", "false");
    try (LoadedModel model = load()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> model.warmUp(1))
          .withMessageStartingWith("it does not take its translator's output")
          .withMessageContaining("Expected: 3");
    }
  }

  @Test
  void passesOptionsToTheEngine() throws Exception {
    set("option.optLevel", "NO_OPT");
    load().close();

    set("option.optLevel", "SOME_OPT");
    assertRefused("SOME_OPT");
  }

  @Test
  void startsNoOtherEngineAndSendsNoTelemetry() throws Exception {
    load().close();

    assertThat(System.getProperty("ai.djl.onnx.disable_alternative")).isEqualTo("true");
    assertThat(ai.djl.engine.Engine.getEngine("OnnxRuntime").getAlternativeEngine()).isNull();
    assertThat(telemetryFiles()).isEqualTo(TELEMETRY_FILES_BEFORE);
  }

  /** Returns the telemetry files of ONNX Runtime 1.29 and later, with their times. */
  private static Map<String, FileTime> telemetryFiles() {
    Path folder = Path.of(System.getProperty("user.home"), ".cache", "Microsoft");
    Map<String, FileTime> files = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.toList()) {
          files.put(file.toString(), Files.getLastModifiedTime(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }
}
