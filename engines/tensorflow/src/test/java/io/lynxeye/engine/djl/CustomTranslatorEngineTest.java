package io.lynxeye.engine.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.engine.EngineRing;
import io.lynxeye.engine.TinySavedModel;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Custom translators on a SavedModel of mean colours. */
@Tag("engine")
class CustomTranslatorEngineTest {

  private static final byte[] ORANGE = TinyImages.png(255, 128, 0);
  private static final byte[] DARK = TinyImages.png(1, 0, 0);

  @TempDir private Path folder;

  private final TinySavedModel tiny =
      TinySavedModel.means().manifest("greeting", "hello").manifest("planar", "false");

  @BeforeEach
  void compileTheJar() throws Exception {
    CustomTranslators.jar(folder);
  }

  private LoadedModel load() throws Exception {
    return EngineRing.get().loader().load(tiny.write(folder));
  }

  private static List<ModelOutput> run(LoadedModel model, byte[]... bodies) throws Exception {
    List<PreparedInput> samples = new ArrayList<>();
    for (byte[] body : bodies) {
      samples.add(model.prepare(body));
    }
    return model.run(samples);
  }

  private static String text(ModelOutput output) {
    return new String(((ModelOutput.Content) output).body(), UTF_8);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(this::load).isInstanceOf(ModelLoadException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {CustomTranslators.MEANS, CustomTranslators.ONE_BY_ONE, CustomTranslators.FACTORY})
  void translatesAloneAndInABatch(String name) throws Exception {
    tiny.manifest("translatorFactory", name);
    try (LoadedModel model = load()) {
      model.warmUp(1);
      model.warmUp(3);
      assertThat(run(model, ORANGE))
          .extracting(CustomTranslatorEngineTest::text)
          .containsExactly("hello [255.0, 128.0, 0.0]");
      assertThat(run(model, ORANGE, TinyImages.png(7, 8, 9)))
          .extracting(CustomTranslatorEngineTest::text)
          .containsExactly("hello [255.0, 128.0, 0.0]", "hello [7.0, 8.0, 9.0]");
    }
  }

  @Test
  void anUnnamedTranslatorIsFoundAndCanReadTheModelFolder() throws Exception {
    Files.writeString(folder.resolve("greeting.txt"), "any");
    try (LoadedModel model = load()) {
      assertThat(text(run(model, ORANGE).get(0))).isEqualTo("file [255.0, 128.0, 0.0]");
      assertThat(model.description().input()).contains(CustomTranslators.MEANS);
    }
  }

  @Test
  void theContentTypeIsSetByTheTranslatorOrDetected() throws Exception {
    try (LoadedModel model = load()) {
      assertThat(run(model, ORANGE, TinyImages.png(2, 0, 0)))
          .extracting(output -> ((ModelOutput.Content) output).contentType())
          .containsExactly("text/plain; charset=utf-8", "application/json");
    }
  }

  @Test
  void aTranslators4xxIsAnInvalidInputWithItsMessage() throws Exception {
    try (LoadedModel model = load()) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> run(model, ORANGE, DARK))
          .withMessage("too dark");
    }
  }

  @Test
  void anExceptionForAnInputIsAnInvalidInputWithoutInternals() throws Exception {
    try (LoadedModel model = load()) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> run(model, "secret".getBytes(UTF_8)))
          .withMessageStartingWith("The model could not read the body")
          .withMessageNotContaining("secret");
    }
  }

  @Test
  void aTranslatorsRuntimeExceptionIsAModelError() throws Exception {
    try (LoadedModel model = load()) {
      assertThatThrownBy(() -> run(model, "defect".getBytes(UTF_8)))
          .isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void aTranslatorThatTakesNoImagesIsLoaded() throws Exception {
    TranslatorJar.compile(
        folder.resolve("libs").resolve("numbers.jar"),
        java.util.Map.of("custom.Numbers", UnusualTranslators.NUMBERS_CODE));
    tiny.manifest("translator", "custom.Numbers");
    try (LoadedModel model = load()) {
      model.warmUp(1);
      assertThat(text(run(model, "7".getBytes(UTF_8)).get(0))).isEqualTo("[7.0, 7.0, 7.0]");
    }
  }

  @Test
  void aTranslatorThatCannotBeCreatedIsReportedWithTheReason() {
    tiny.manifest("fail", "true").manifest("translator", CustomTranslators.MEANS);

    assertRefused()
        .hasMessage(
            "its translator custom.MeansTranslator cannot be created: IllegalStateException: no"
                + " arguments like that");
  }

  @Test
  void aClosedModelClosesItsJar() throws Exception {
    load().close();

    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.map(Path::toFile).map(CustomTranslatorEngineTest::target))
          .noneMatch(target -> target.startsWith(folder.toString()));
    }
  }

  private static String target(java.io.File link) {
    try {
      return Files.readSymbolicLink(link.toPath()).toString();
    } catch (java.io.IOException e) {
      return "";
    }
  }
}
