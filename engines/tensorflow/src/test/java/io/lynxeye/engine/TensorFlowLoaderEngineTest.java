package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.engine.djl.TinyImages;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** SavedModels that the loader accepts and refuses, each of a few nodes. */
@Tag("engine")
class TensorFlowLoaderEngineTest {

  private final EngineLoader loader = EngineRing.get().loader();

  @TempDir private Path folder;

  @Test
  void loadsAModelWithOneInputAndOneOutputWhateverTheirKeys() throws Exception {
    assertThat(scores(TinySavedModel.means())).containsExactly(255, 128, 0);
  }

  @Test
  void appliesSoftmaxOnlyIfConfigured() throws Exception {
    float[] scores =
        scores(TinySavedModel.means().manifest("applySoftmax", "true").manifest("range", "0,1"));

    double red = Math.exp(1);
    double green = Math.exp(128 / 255.0);
    double sum = red + green + 1;
    assertThat(scores[0]).isEqualTo((float) (red / sum), within(1e-6f));
    assertThat(scores[1]).isEqualTo((float) (green / sum), within(1e-6f));
  }

  @Test
  void ordersTheChannelsAsTheManifestSays() throws Exception {
    assertThat(scores(TinySavedModel.means().manifest("channelOrder", "BGR")))
        .containsExactly(0, 128, 255);
  }

  @Test
  void aModelWithASecondInputTakesNoImagesAndNamesBoth() throws Exception {
    assertTakesNoImages(
        TinySavedModel.means().input("mask", DataType.DT_FLOAT, -1),
        "it has 2 inputs (mask: float [-1], pixels: float [-1, 2, 2, 3]); send them as tensors");
  }

  @Test
  void refusesAnUnknownSignatureAndNamesTheAvailableOnes() {
    assertRefused(TinySavedModel.means().manifest("option.SignatureDefKey", "classify"))
        .hasMessageContaining("no signature 'classify'")
        .hasMessageContaining("[serving_default]");
  }

  @Test
  void refusesUnknownTags() {
    assertRefused(TinySavedModel.means().manifest("option.Tags", "train"))
        .hasMessageContaining("train");
  }

  @Test
  void refusesSeveralOutputsForItsLabelsUnlessOneIsNamed() throws Exception {
    TinySavedModel two = TinySavedModel.means().output("again", "mean:0", DataType.DT_FLOAT, -1, 3);
    assertRefused(two).hasMessageContaining("set output to one of: again: float [-1, 3], means");

    assertThat(scores(two.manifest("output", "again"))).containsExactly(255, 128, 0);
  }

  @Test
  void aPixelModelWithoutPreprocessingKeysTakesNoImages() throws Exception {
    assertTakesNoImages(
        TinySavedModel.means().withoutManifest(),
        "its input is pixels, and serving.properties does not say how to preprocess images: set"
            + " what it was trained with, width=2, height=2;");
  }

  @Test
  void runsOnTheCpuIfTheManifestSaysSo() throws Exception {
    assertThat(scores(TinySavedModel.means().manifest("load_on_devices", "cpu")))
        .containsExactly(255, 128, 0);
  }

  @Test
  void aModelInAFolderOfItsOwnHasItsLabelsBesideIt() throws Exception {
    Path inner = Files.createDirectories(folder.resolve("model.savedmodel"));
    ModelSource source = TinySavedModel.means().labels("red\ngreen\n").write(inner);
    Files.move(inner.resolve("synset.txt"), folder.resolve("synset.txt"));
    ModelFiles files =
        new ModelFiles(folder, ModelFormat.SAVED_MODEL, "model.savedmodel/saved_model.pb", "");

    assertThatThrownBy(() -> loader.load(new ModelSource(source.id(), files, source.manifest())))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("there are 2 labels, but output means has 3 classes");

    Files.delete(folder.resolve("synset.txt"));
    loader.load(new ModelSource(source.id(), files, source.manifest())).close();
  }

  @Test
  void theErrorForAMissingEngineNamesItsBuildOption() throws Exception {
    ModelSource source = TinySavedModel.means().write(folder);
    for (ModelFormat format : List.of(ModelFormat.ONNX, ModelFormat.TORCH_SCRIPT)) {
      ModelFiles files = new ModelFiles(folder, format, "model", "");
      assertThatThrownBy(() -> loader.load(new ModelSource(source.id(), files, source.manifest())))
          .isInstanceOf(ModelLoadException.class)
          .hasMessage(
              "its engine %s is not installed: start with ./lynxeye serve --with-%s",
              format.engine(), format.engine().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void refusesPreprocessingThatDoesNotFitTheInput() {
    assertRefused(TinySavedModel.means().manifest("width", "4"))
        .hasMessageContaining("set width, height and layout");
    assertRefused(TinySavedModel.means().manifest("layout", "NCHW"))
        .hasMessageContaining("set width, height and layout");
  }

  @Test
  void refusesBadPreprocessingKeysByName() {
    assertRefused(TinySavedModel.means().manifest("normalize", "1,2,3"))
        .hasMessageContaining("normalize");
  }

  @Test
  void refusesLabelsThatDoNotFitTheClasses() {
    assertRefused(TinySavedModel.means().labels("red\ngreen\n"))
        .hasMessageContaining("there are 2 labels, but output means has 3 classes");
  }

  @Test
  void aModelWhoseInputIsNotAnImageTakesNoImages() throws Exception {
    assertTakesNoImages(
        TinySavedModel.means().withoutInputs().input("ids", DataType.DT_INT64, -1),
        "its input is no image (ids: int64 [-1]); send tensors");
    assertTakesNoImages(
        TinySavedModel.means().withoutInputs().input("text", DataType.DT_STRING, -1),
        "its input 'text' takes strings that are not image files; send them as tensors");
  }

  @Test
  void scoresThatAreNotNumbersAreAModelError() {
    TinySavedModel infinite = TinySavedModel.means().manifest("normalize", "0,0,0,1e-44,1e-44,1");

    assertThatThrownBy(() -> scores(infinite))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not numbers");
    assertThatThrownBy(() -> scores(infinite.manifest("applySoftmax", "true")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not numbers");
  }

  @Test
  void refusesAFileThatIsNotASavedModel() throws Exception {
    ModelSource source = TinySavedModel.means().write(folder);
    Files.writeString(folder.resolve("saved_model.pb"), "this is text");

    assertThatThrownBy(() -> loader.load(source)).isInstanceOf(ModelLoadException.class);
  }

  @Test
  void theEngineNameIsCaseInsensitive() throws Exception {
    assertThat(scores(TinySavedModel.means().manifest("engine", "tensorflow"))).hasSize(3);
  }

  private void assertTakesNoImages(TinySavedModel tiny, String reason) throws Exception {
    try (LoadedModel model = loader.load(tiny.write(folder))) {
      model.warmUp(1);
      assertThat(model.description().signature().takes().images()).isFalse();
      assertThatThrownBy(() -> model.prepare(TinyImages.png(1, 2, 3)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the model takes no images: " + reason);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(TinySavedModel model) {
    return assertThatThrownBy(() -> loader.load(model.write(folder)))
        .isInstanceOf(ModelLoadException.class);
  }

  /** Scores an image of one colour: red 255, green 128, blue 0. */
  private float[] scores(TinySavedModel tiny) throws Exception {
    try (LoadedModel model = loader.load(tiny.write(folder))) {
      return EngineRing.score(model, TinyImages.png(255, 128, 0));
    }
  }
}
