package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Images, and the rows of the only input. */
class TensorInputsTest {

  private static final TensorInputs PIXELS = inputs("pixels", "float", Takes.BOTH, -1L, 1L, 2L);
  private static final TensorInputs FILES = inputs("images", "string", Takes.IMAGES, -1L);
  private static final byte[] FILE = {1};

  private static TensorInputs inputs(String name, String type, Takes takes, Long... shape) {
    return new TensorInputs(
        new ModelSignature(
            ModelSignature.DEFAULT,
            List.of(new TensorSpec(name, type, Optional.of(List.of(shape)))),
            List.of(),
            takes,
            takes == Takes.BOTH));
  }

  private static List<Tensor> files(String name, List<Long> shape, byte[]... files) {
    return List.of(Tensor.ofStrings(name, shape, List.of(files)));
  }

  private static List<Tensor> values(String name, List<Long> shape, float... values) {
    return List.of(TestTensors.floats(name, shape, values));
  }

  private static void assertRefused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(reason);
  }

  @Test
  void imagesFitEveryInputByItsNameOrTheSharedName() throws Exception {
    byte[] other = {2};
    for (TensorInputs inputs : List.of(PIXELS, FILES)) {
      for (String name : List.of(inputs.signature().input().name(), "image_bytes", "pixels", "")) {
        List<ModelInput> images = inputs.inputs(files(name, List.of(2L, 1L), FILE, other));
        assertThat(images)
            .extracting(input -> ((ModelInput.Image) input).bytes())
            .containsExactly(FILE, other);
      }
    }
  }

  @Test
  void aScalarIsOneImage() throws Exception {
    assertThat(FILES.inputs(files("images", List.of(), FILE)))
        .extracting(input -> ((ModelInput.Image) input).bytes())
        .containsExactly(FILE);
  }

  @Test
  void valuesAreOneRowPerImage() throws Exception {
    for (String name : List.of("pixels", "")) {
      List<ModelInput> rows = PIXELS.inputs(values(name, List.of(2L, 1L, 2L), 1, 2, 3, 4));

      assertThat(rows)
          .extracting(input -> TestTensors.only(input).floats())
          .containsExactly(new float[] {1, 2}, new float[] {3, 4});
      assertThat(rows)
          .extracting(TestTensors::only)
          .allSatisfy(row -> assertThat(row.shape()).containsExactly(1L, 1L, 2L))
          .allSatisfy(row -> assertThat(row.name()).isEqualTo("pixels"));
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownNames() {
    assertRefused(
        () -> PIXELS.inputs(files("x", List.of(1L), FILE)),
        "the model has no input 'x'; it takes 'pixels' (pixels: float [-1, 1, 2]), or images as 'image_bytes'");
    assertThatThrownBy(() -> PIXELS.inputs(values("image_bytes", List.of(1L, 1L, 2L), 1, 2)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void imagesInSeveralInputsAreRefused() {
    Tensor image = files("image_bytes", List.of(1L), FILE).get(0);

    assertRefused(
        () -> PIXELS.inputs(List.of(image, image)),
        "the request has 2 inputs, but the model takes one: pixels: float [-1, 1, 2]");
  }

  @Test
  void aShapeMustAgreeWithTheElements() {
    assertRefused(
        () -> PIXELS.inputs(files("pixels", List.of(2L), FILE)),
        "input 'pixels' has shape [2] and 1 elements; images are of shape [n] or [n, 1]");
    assertRefused(
        () -> PIXELS.inputs(files("pixels", List.of(1L, 2L), FILE, FILE)),
        "input 'pixels' has shape [1, 2] and 2 elements; images are of shape [n] or [n, 1]");
    assertRefused(
        () -> PIXELS.inputs(files("pixels", List.of(), FILE, FILE)),
        "input 'pixels' has shape [] and 2 elements; images are of shape [n] or [n, 1]");
    assertRefused(
        () -> PIXELS.inputs(values("pixels", List.of(2L, 1L, 2L), 1, 2, 3)),
        "input 'pixels' has shape [2, 1, 2] and 3 values");
    for (List<Long> shape :
        List.of(
            List.<Long>of(),
            List.of(2L),
            List.of(1L, 2L, 1L),
            List.of(0L, 1L, 2L),
            List.of(-1L, 1L, 2L))) {
      assertRefused(
          () -> PIXELS.inputs(values("pixels", shape, 1, 2)),
          "input 'pixels' has shape " + shape + ", but the model takes pixels: float [-1, 1, 2]");
    }
    assertRefused(
        () -> PIXELS.inputs(values("pixels", List.of(Long.MAX_VALUE, 1L, 2L), 1, 2)),
        "input 'pixels' has shape [9223372036854775807, 1, 2] and 2 values");
  }

  @Test
  void aMissingOrEmptyImageIsRefused() {
    assertRefused(
        () -> FILES.inputs(files("images", List.of(0L))),
        "there is no image; send a JPEG or PNG file as an element");
    assertRefused(
        () -> FILES.inputs(files("images", List.of(2L), FILE, new byte[0])),
        "there is no image; send a JPEG or PNG file as an element");
  }

  @Test
  void aModelThatDecodesImagesRefusesValues() {
    assertRefused(
        () -> FILES.inputs(values("images", List.of(1L), 1)),
        "input 'images' takes encoded images, not values; send the image files as byte strings");
  }

  @Test
  void aModelThatDecodesImagesTakesOneInput() {
    List<Tensor> two =
        List.of(files("images", List.of(1L), FILE).get(0), values("x", List.of(), 1).get(0));

    assertRefused(
        () -> FILES.inputs(two),
        "the request has 2 inputs, but the model takes one: images: string [-1]");
  }

  @Test
  void tooManyImagesAreRefused() throws Exception {
    List<byte[]> most = Collections.nCopies(TensorInputs.MAX_IMAGES, FILE);
    List<byte[]> more = Collections.nCopies(TensorInputs.MAX_IMAGES + 1, FILE);

    assertThat(FILES.inputs(List.of(Tensor.ofStrings("images", List.of(4096L), most))))
        .hasSize(4096);
    assertRefused(
        () -> FILES.inputs(List.of(Tensor.ofStrings("images", List.of(4097L), more))),
        "a request has at most 4,096 images; send them in several requests");
  }

  @Test
  void tooManyRowsAreRefused() {
    assertRefused(
        () -> PIXELS.inputs(values("pixels", List.of(4097L, 1L, 2L), new float[2 * 4097])),
        "a request has at most 4,096 rows; send them in several requests");
  }

  /** A body of 16 MB may hold four million empty strings. */
  @Test
  void aSmallBodyOfTooManyStringsIsRefusedWhileItIsRead() throws Exception {
    List<byte[]> strings = new ArrayList<>();
    for (int i = 0; i < 65_536; i++) {
      TensorInputs.add(strings, new byte[0]);
    }

    assertRefused(
        () -> TensorInputs.add(strings, FILE),
        "a request has at most 65,536 strings; send them in several requests");
  }

  @Test
  void aShapeOfManyDimensionsIsNotRepeatedInTheMessage() {
    List<Long> shape = Collections.nCopies(9, 1L);

    assertRefused(
        () -> PIXELS.inputs(files("pixels", shape, FILE)), "a tensor has more than 8 dimensions");
    assertRefused(
        () -> PIXELS.inputs(values("pixels", shape, 1)), "a tensor has more than 8 dimensions");
  }

  @Test
  void valuesOfAnotherTypeAreRefused() {
    assertRefused(
        () -> PIXELS.inputs(List.of(TestTensors.longs("pixels", List.of(1L, 1L, 2L), 1, 2))),
        "input 'pixels' has datatype 'INT64', but the model takes FP32, or images as BYTES");
  }

  @Test
  void rowsOfAFixedBatchMayBeAnyNumber() throws Exception {
    TensorInputs fixed = inputs("pixels", "float", Takes.BOTH, 2L, 1L);

    assertThat(fixed.inputs(values("pixels", List.of(3L, 1L), 1, 2, 3))).hasSize(3);
  }
}
