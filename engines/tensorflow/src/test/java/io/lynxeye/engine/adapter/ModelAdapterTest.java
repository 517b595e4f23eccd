package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.ModelFiles;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelAdapterTest {

  private static final ModelSignature TWO_OUTPUTS =
      new ModelSignature(
          "s",
          List.of(spec("x", -1, 2)),
          List.of(spec("y", -1, 1), spec("z", -1, 1)),
          Takes.TENSORS,
          false);

  @TempDir private Path folder;

  private static TensorSpec spec(String name, long... sizes) {
    return new TensorSpec(name, "float", Optional.of(Arrays.stream(sizes).boxed().toList()));
  }

  private ModelDescription describe(Map<String, String> manifest, ModelSignature signature)
      throws ModelLoadException {
    ModelSource source =
        new ModelSource(
            new ModelId("fake", 1),
            new ModelFiles(folder, ModelFormat.SAVED_MODEL, "saved_model.pb", ""),
            ModelManifest.of(manifest));
    ModelAdapter.Images images =
        ModelAdapter.Images.of(
            source.manifest(),
            new ImageDecoder(DecodeLimits.defaults()),
            signature,
            ModelAdapter.Content.UNKNOWN,
            "NHWC");
    return ModelAdapter.of(source, images, List.of(signature))
        .on(FakeGraph.ofRows(row -> row[0]), "Fake", "cpu", "as exported", Optional.empty())
        .description();
  }

  @Test
  void labelsOfAnotherServerThatDoNotFitAreLeftOut() throws Exception {
    ModelSignature one =
        new ModelSignature(
            "s", List.of(spec("x", -1, 2)), List.of(spec("y", -1, 1)), Takes.TENSORS, false);

    assertThat(describe(Map.of("classLabels", "cat,lynx"), one).labels()).isEmpty();
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> describe(Map.of("synset", "cat,lynx"), one))
        .withMessage("there are 2 labels, but output y has 1 classes");
  }

  @Test
  void theManifestChoosesTheOutputs() throws Exception {
    assertThat(describe(Map.of("outputs", "z , y"), TWO_OUTPUTS).signature().outputs())
        .extracting(TensorSpec::name)
        .containsExactly("z", "y");
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> describe(Map.of("outputs", "w"), TWO_OUTPUTS))
        .withMessageStartingWith("it has no output 'w'; set outputs to some of: y: float [-1, 1],");
  }

  @Test
  void aModelOfTwoImagesAtOnceWhoseOutputIsNotOnePerImageTakesTensors() throws Exception {
    ModelSignature both =
        new ModelSignature(
            "s", List.of(spec("x", 2, 4, 4, 3)), List.of(spec("y")), Takes.TENSORS, false);

    ModelDescription model = describe(Map.of("width", "4", "height", "4"), both);

    assertThat(model.signature().takes()).isEqualTo(Takes.TENSORS);
    assertThat(model.noImages())
        .contains(
            "it takes 2 images at once, and its outputs (y: float []) are not one per image; send tensors");
  }
}
