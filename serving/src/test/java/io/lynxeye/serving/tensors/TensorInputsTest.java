package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TensorInputsTest {

  private static final TensorInputs PIXELS =
      new TensorInputs(
          new ModelSignature(
              ModelSignature.DEFAULT,
              new TensorSpec("pixels", "float", Optional.of(List.of(-1L, 1L, 2L))),
              true,
              List.of()));
  private static final TensorInputs FILES =
      new TensorInputs(
          new ModelSignature(
              ModelSignature.DEFAULT,
              new TensorSpec("images", "string", Optional.of(List.of(-1L))),
              false,
              List.of()));

  private static final byte[] FILE = {1};

  private static void assertRefused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(reason);
  }

  @Test
  void imagesFitEveryInputByItsNameOrTheSharedName() throws Exception {
    byte[] other = {2};
    for (TensorInputs inputs : List.of(PIXELS, FILES)) {
      for (String name : List.of(inputs.signature().input().name(), "image_bytes")) {
        List<ModelInput> images = inputs.images(name, List.of(2L, 1L), List.of(FILE, other));
        assertThat(images)
            .extracting(input -> ((ModelInput.Image) input).bytes())
            .containsExactly(FILE, other);
      }
    }
  }

  @Test
  void valuesAreOneRowPerImage() throws Exception {
    List<ModelInput> rows = PIXELS.values("pixels", List.of(2L, 1L, 2L), new float[] {1, 2, 3, 4});

    assertThat(rows)
        .extracting(input -> ((ModelInput.Tensor) input).values())
        .containsExactly(new float[] {1, 2}, new float[] {3, 4});
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownNames() {
    assertRefused(
        () -> PIXELS.images("x", List.of(1L), List.of(FILE)),
        "the model has no input 'x'; it takes 'pixels' (pixels: float [-1, 1, 2]), or images as 'image_bytes'");
    assertThatThrownBy(() -> PIXELS.values("image_bytes", List.of(1L, 1L, 2L), new float[2]))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aShapeMustAgreeWithTheElements() {
    assertRefused(
        () -> PIXELS.images("pixels", List.of(2L), List.of(FILE)),
        "input 'pixels' has shape [2] and 1 elements; images are of shape [n] or [n, 1]");
    assertRefused(
        () -> PIXELS.images("pixels", List.of(1L, 2L), List.of(FILE, FILE)),
        "input 'pixels' has shape [1, 2] and 2 elements; images are of shape [n] or [n, 1]");
    assertRefused(
        () -> PIXELS.values("pixels", List.of(2L, 1L, 2L), new float[3]),
        "input 'pixels' has shape [2, 1, 2] and 3 values");
    for (List<Long> shape :
        List.of(
            List.<Long>of(),
            List.of(2L),
            List.of(1L, 2L, 1L),
            List.of(0L, 1L, 2L),
            List.of(-1L, 1L, 2L))) {
      assertRefused(
          () -> PIXELS.values("pixels", shape, new float[2]),
          "input 'pixels' has shape " + shape + ", but the model takes pixels: float [-1, 1, 2]");
    }
    assertRefused(
        () -> PIXELS.values("pixels", List.of(Long.MAX_VALUE, 1L, 2L), new float[2]),
        "input 'pixels' has shape [9223372036854775807, 1, 2] and 2 values");
  }

  @Test
  void aMissingOrEmptyImageIsRefused() {
    for (List<byte[]> files : List.of(List.<byte[]>of(), List.of(new byte[0]))) {
      assertRefused(
          () -> TensorInputs.images(files),
          "there is no image; send a JPEG or PNG file as an element");
    }
  }

  @Test
  void aModelThatDecodesImagesRefusesValues() {
    assertRefused(
        () -> FILES.values("images", List.of(1L), new float[1]),
        "input 'images' takes encoded images, not values; send the image files as byte strings");
  }

  @Test
  void aSmallBodyOfTooManyImagesIsRefusedWhileItIsRead() throws Exception {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < TensorInputs.MAX_IMAGES; i++) {
      TensorInputs.add(files, FILE);
    }

    assertRefused(
        () -> TensorInputs.add(files, FILE),
        "a request has at most 4,096 images; send them in several requests");
    assertRefused(
        () -> TensorInputs.add(files, new byte[0]),
        "there is no image; send a JPEG or PNG file as an element");
  }

  @Test
  void aShapeOfManyDimensionsIsNotRepeatedInTheMessage() {
    List<Long> shape = Collections.nCopies(9, 1L);

    assertRefused(
        () -> PIXELS.images("pixels", shape, List.of(FILE)), "a tensor has more than 8 dimensions");
    assertRefused(
        () -> PIXELS.values("pixels", shape, new float[1]), "a tensor has more than 8 dimensions");
  }
}
