package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.engine.djl.TinyImages;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of images of 2 x 2 pixels, unscaled, as the model's input gets them. */
class PixelInputTest {

  private static final Map<String, String> UNSCALED =
      Map.of("width", "2", "height", "2", "toTensor", "false");

  /** The luma of ITU-R BT.601 of 255, 128, 0: 0.299 x 255 + 0.587 x 128. */
  private static final float LUMA = 151.381f;

  private static PixelInput input(String type, long... shape) throws Exception {
    return PixelInput.of(
        new ImageDecoder(DecodeLimits.defaults()),
        ModelManifest.of(UNSCALED),
        new TensorSpec("x", type, Optional.of(Arrays.stream(shape).boxed().toList())),
        "NHWC");
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Values(List<Long> shape, Datatype type, float[] values) {}

  /** The tensor of images, read before its memory is used again. */
  private static Values batch(PixelInput input, byte[]... images) throws Exception {
    List<ImageInput.Row> rows = new ArrayList<>();
    for (byte[] image : images) {
      rows.add(input.prepare(image));
    }
    try (ImageInput.Batch batch = input.batch(rows)) {
      Tensor tensor = batch.tensor();
      assertThat(tensor.name()).isEqualTo("x");
      return new Values(tensor.shape(), tensor.type(), tensor.floats());
    } finally {
      rows.forEach(ImageInput.Row::release);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "float, FP32",
    "double, FP64",
    "half, FP16",
    "bfloat16, BF16",
    "uint8, UINT8",
    "int32, INT32",
    "int64, INT64",
    "'', FP32"
  })
  void pixelsAreOfTheTypeThatTheModelTakes(String name, Datatype type) throws Exception {
    Values values =
        batch(input(name, -1, 2, 2, 3), TinyImages.png(255, 128, 0), TinyImages.png(1, 2, 3));

    assertThat(values.type()).isEqualTo(type);
    assertThat(values.shape()).containsExactly(2L, 2L, 2L, 3L);
    assertThat(values.values())
        .containsExactly(
            255, 128, 0, 255, 128, 0, 255, 128, 0, 255, 128, 0, // The first image.
            1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3);
  }

  @Test
  void theLayoutIsThatOfTheShape() throws Exception {
    Values values = batch(input("float", -1, 3, 2, 2), TinyImages.png(255, 128, 0));

    assertThat(values.shape()).containsExactly(1L, 3L, 2L, 2L);
    assertThat(values.values()).containsExactly(255, 255, 255, 255, 128, 128, 128, 128, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"'-1 2 2 1', '1 2 2 1'", "'-1 1 2 2', '1 1 2 2'", "'-1 2 2', '1 2 2'"})
  void anInputOfOneChannelGetsTheLuma(String shape, String filled) throws Exception {
    long[] sizes = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();

    Values values = batch(input("float", sizes), TinyImages.png(255, 128, 0));

    assertThat(values.shape())
        .isEqualTo(Arrays.stream(filled.split(" ")).map(Long::valueOf).toList());
    assertThat(values.values()).hasSize(4);
    for (float value : values.values()) {
      assertThat(value).isEqualTo(LUMA, within(1e-4f));
    }
  }

  @Test
  void integersAreTheNearestToTheLuma() throws Exception {
    assertThat(batch(input("uint8", -1, 2, 2, 1), TinyImages.png(255, 128, 0)).values())
        .containsExactly(151, 151, 151, 151);
  }

  @Test
  void oneSizeOfBatchesDoesNotLeaveTracesInAnother() throws Exception {
    PixelInput input = input("uint8", -1, 2, 2, 1);
    byte[] white = TinyImages.png(255, 255, 255);

    assertThat(batch(input, white, white).values()).hasSize(8).containsOnly(255);
    assertThat(batch(input, TinyImages.png(0, 0, 0)).values()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void aTensorOfOneImageIsARowIfItFits() throws Exception {
    PixelInput input = input("float", -1, 2, 2, 1);
    ByteBuffer bytes =
        ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(4, 7);

    ImageInput.Row row =
        input.prepare(Tensor.of("x", Datatype.FP32, List.of(1L, 2L, 2L, 1L), bytes)).orElseThrow();
    try (ImageInput.Batch batch = input.batch(List.of(row))) {
      assertThat(batch.tensor().floats()).containsExactly(0, 7, 0, 0);
    }
    assertThat(input.prepare(Tensor.of("x", Datatype.FP32, List.of(1L, 4L), bytes))).isEmpty();
    assertThat(
            input("int32", -1, 2, 2, 1)
                .prepare(Tensor.of("x", Datatype.INT32, List.of(1L, 2L, 2L, 1L), bytes)))
        .isEmpty();
  }

  @Test
  void aBlankImageIsBlack() throws Exception {
    PixelInput input = input("float", -1, 2, 2, 3);
    batch(input, TinyImages.png(255, 255, 255));

    try (ImageInput.Batch batch = input.batch(List.of(input.blank()))) {
      assertThat(batch.tensor().floats()).hasSize(12).containsOnly(0);
    }
  }
}
