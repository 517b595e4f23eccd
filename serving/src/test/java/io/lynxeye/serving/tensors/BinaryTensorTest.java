package io.lynxeye.serving.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The layout is that of the Open Inference Protocol's binary tensor data extension. */
class BinaryTensorTest {

  private static ByteBuffer buffer(int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int value : bytes) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  private static Tensor read(Datatype type, List<Long> shape, ByteBuffer bytes) throws Exception {
    return BinaryTensor.read("x", type, shape, bytes);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
  void numbersOfEveryTypeAreReadAndWrittenAsTheyAre(Datatype type) throws Exception {
    ByteBuffer two = ByteBuffer.allocate(2 * type.bytes());
    for (int i = 0; i < two.capacity(); i++) {
      two.put(i, (byte) (i + 1));
    }

    Tensor tensor = read(type, List.of(2L), two);

    assertThat(tensor).isEqualTo(Tensor.of("x", type, List.of(2L), two));
    assertThat(BinaryTensor.of(tensor)).isEqualTo(two);
  }

  @Test
  void numbersAreLittleEndian() throws Exception {
    Tensor tensor = read(Datatype.INT64, List.of(1L), buffer(1, 2, 0, 0, 0, 0, 0, 0));

    assertThat(tensor.data().getLong()).isEqualTo(0x201);
    assertThat(BinaryTensor.of(tensor).getLong()).isEqualTo(0x201);
  }

  @Test
  void onlyTheRestOfTheBufferIsRead() throws Exception {
    Tensor tensor = read(Datatype.UINT8, List.of(2L), buffer(9, 9, 1, 2).position(2));

    assertThat(TestTensors.bytes(tensor)).containsExactly(1, 2);
  }

  @Test
  void aNumberThatIsCutOffIsRefused() {
    assertThatThrownBy(() -> read(Datatype.FP32, List.of(1L), buffer(1, 2, 3, 4, 5)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("an FP32 tensor has 5 bytes, which is not a multiple of 4");
    assertThatThrownBy(() -> read(Datatype.BF16, List.of(1L), buffer(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("an BF16 tensor has 1 bytes, which is not a multiple of 2");
  }

  @Test
  void eachStringComesAfterItsLength() throws Exception {
    ByteBuffer bytes = buffer(2, 0, 0, 0, 'h', 'i', 0, 0, 0, 0, 1, 0, 0, 0, 255);

    Tensor tensor = read(Datatype.BYTES, List.of(3L), bytes);

    assertThat(tensor.strings())
        .containsExactly(new byte[] {'h', 'i'}, new byte[0], new byte[] {(byte) 255});
    assertThat(BinaryTensor.of(tensor)).isEqualTo(bytes);
  }

  @Test
  void aStringThatIsCutOffIsRefused() {
    for (ByteBuffer bytes :
        List.of(
            buffer(1, 0, 0),
            buffer(2, 0, 0, 0, 'h'),
            buffer(0, 0, 0, 0, 1, 0, 0, 0),
            buffer(255, 255, 255, 255, 1),
            buffer(0, 0, 0, 1))) { // Big-endian.
      assertThatThrownBy(() -> read(Datatype.BYTES, List.of(1L), bytes))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the last element of a BYTES tensor is cut off; send 4 bytes");
    }
  }

  @Test
  void tooManyStringsAreRefused() {
    ByteBuffer empty = ByteBuffer.allocate(4 * 65_537);

    assertThatThrownBy(() -> read(Datatype.BYTES, List.of(65_537L), empty))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a request has at most 65,536 strings; send them in several requests");
  }
}
