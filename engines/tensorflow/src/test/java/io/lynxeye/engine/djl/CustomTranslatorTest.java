package io.lynxeye.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Choice of the translator class. Needs no engine. */
class CustomTranslatorTest {

  @TempDir private Path folder;

  private ModelSource source(Map<String, String> manifest) {
    return new ModelSource(
        new ModelId("model", 1),
        new ModelFiles(folder, ModelFormat.ONNX, "model.onnx", ""),
        ModelManifest.of(manifest));
  }

  private Optional<String> find(Map<String, String> manifest) throws ModelLoadException {
    Optional<CustomTranslator> found = CustomTranslator.find(source(manifest));
    found.ifPresent(translator -> translator.classes().close());
    return found.map(translator -> translator.type().getName());
  }

  private void assertRefused(Map<String, String> manifest, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> find(manifest))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "topK, 5",
    "translatorFactory, io.lynxeye.translators.ImageScoringTranslatorFactory",
    "translatorFactory, ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory",
    "application, cv/image_classification",
    "application, image_classification"
  })
  void imageClassificationUsesTheBuiltInTranslator(String key, String value) throws Exception {
    assertThat(find(Map.of(key, value))).isEmpty();
  }

  @Test
  void theManifestCanChooseTheBuiltInTranslatorDespiteAJar() throws Exception {
    CustomTranslators.jar(folder);

    assertThat(
            find(
                Map.of(
                    "translatorFactory", "io.lynxeye.translators.ImageScoringTranslatorFactory")))
        .isEmpty();
  }

  @Test
  void theNameOfAnApplicationMayBeInAnyCase() throws Exception {
    assertThat(find(Map.of("application", "CV/Image_Classification"))).isEmpty();
  }

  @Test
  void anUnsupportedApplicationIsRefused() {
    assertRefused(
        Map.of("application", "nlp/question_answer"),
        "application=nlp/question_answer is not supported, only");
  }

  @ParameterizedTest
  @CsvSource({
    "translator, custom.MeansTranslator",
    "translatorFactory, custom.MeansFactory",
    "translatorFactory, custom.MeansTranslator"
  })
  void aNamedClassIsLoadedFromTheJar(String key, String name) throws Exception {
    CustomTranslators.jar(folder);

    assertThat(find(Map.of(key, name))).contains(name);
  }

  @Test
  void aClassOfTheServerCanBeNamed() throws Exception {
    String yolo = "ai.djl.modality.cv.translator.YoloV5TranslatorFactory";

    assertThat(find(Map.of("translatorFactory", yolo))).contains(yolo);
  }

  @Test
  void withoutANameTheFirstServingTranslatorIsUsedAndNoOtherClassInitialised() throws Exception {
    CustomTranslators.jar(folder);

    assertThat(find(Map.of())).contains("custom.MeansTranslator");
    assertThat(System.getProperty(CustomTranslators.STRANGER_PROPERTY)).isNull();
  }

  @Test
  void theFolderMayBeNamedLibAndContainClasses() throws Exception {
    CustomTranslators.jar(folder);
    Files.move(folder.resolve("libs"), folder.resolve("lib"));
    assertThat(find(Map.of())).contains("custom.MeansTranslator");

    Path classes = folder.resolve("lib").resolve("classes");
    TranslatorJar.unpack(folder.resolve("lib").resolve("custom.jar"), classes);
    Files.delete(folder.resolve("lib").resolve("custom.jar"));
    assertThat(find(Map.of())).contains("custom.MeansTranslator");
  }

  @Test
  void jarsWithoutATranslatorChangeNothing() throws Exception {
    TranslatorJar.compile(
        folder.resolve("libs").resolve("other.jar"),
        Map.of("custom.Other", "package custom; public class Other {}"));

    assertThat(find(Map.of())).isEmpty();
  }

  @Test
  void aClassThatCannotBeLoadedIsRefusedWithTheReason() throws Exception {
    CustomTranslators.jar(folder);

    assertRefused(
        Map.of("translator", "custom.Missing"),
        "its translator custom.Missing is neither in libs/*.jar nor compiled in libs/classes");
    assertRefused(
        Map.of("translator", "custom.Aaa"),
        "its translator custom.Aaa is neither a ServingTranslator nor a TranslatorFactory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "static { if (true) throw new AssertionError(\"no such thing\"); }",
        "public Failing() { throw new AssertionError(\"no such thing\"); }",
        "public void setArguments(Map<String, ?> a) { throw new AssertionError(\"no such thing\"); }"
      })
  void aClassThatThrowsAnErrorIsReportedAndItsJarClosed(String failing) throws Exception {
    CustomTranslators.jar(folder);
    TranslatorJar.compile(
        folder.resolve("libs").resolve("failing.jar"),
        Map.of(
            "custom.Failing",
            """
            package custom;
            import ai.djl.modality.*;
            import ai.djl.ndarray.NDList;
            import ai.djl.translate.*;
            import java.util.Map;
            public class Failing extends Base { %s }
            abstract class Base implements ServingTranslator {
              public void setArguments(Map<String, ?> arguments) {}
              public NDList processInput(TranslatorContext context, Input input) { return null; }
              public Output processOutput(TranslatorContext context, NDList list) { return null; }
            }
            """
                .formatted(failing)));
    CustomTranslator translator =
        CustomTranslator.find(source(Map.of("translator", "custom.Failing"))).orElseThrow();

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> translator.on(null, "engine", "cpu", "fp32"))
        .withMessageContaining("its translator custom.Failing cannot be created: ")
        .withMessageContaining("no such thing");
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> translator.classes().find(CustomTranslators.STRANGER));
  }

  @Test
  void aDamagedJarIsReported() throws Exception {
    Files.writeString(
        Files.createDirectories(folder.resolve("libs")).resolve("custom.jar"), "no jar");

    assertRefused(Map.of(), "its libs folder cannot be read: ");
    assertRefused(Map.of("translator", "custom.MeansTranslator"), "is neither in libs/*.jar");
  }
}
