package io.lynxeye.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {

  private static final Tensor MATRIX = floats(List.of(3L, 2L), 1, 2, 3, 4, 5, 6);

  private static Tensor floats(List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return Tensor.of("x", Datatype.FP32, shape, data.flip());
  }

  private static Tensor strings(List<Long> shape, int... lengths) {
    return Tensor.ofStrings(
        "s", shape, java.util.Arrays.stream(lengths).mapToObj(byte[]::new).toList());
  }

  private static List<Integer> lengths(Tensor strings) {
    return strings.strings().stream().map(string -> string.length).toList();
  }

  @Test
  void countsItsElements() {
    assertThat(MATRIX.count()).isEqualTo(6);
    assertThat(floats(List.of(), 1).count()).isEqualTo(1);
    assertThat(floats(List.of(2L, 0L)).count()).isZero();
  }

  @Test
  void isLittleEndianAndUnchangedByReading() {
    Tensor one = Tensor.of("x", Datatype.INT16, List.of(1L), ByteBuffer.wrap(new byte[] {1, 2}));

    assertThat(one.data().getShort()).isEqualTo((short) 0x201);
    assertThat(one.data().getShort()).isEqualTo((short) 0x201);
  }

  @Test
  void someRowsAreATensorOfTheirOwn() {
    Tensor last = MATRIX.rows(1, 2);

    assertThat(last.shape()).containsExactly(2L, 2L);
    assertThat(last.floats()).containsExactly(3, 4, 5, 6);
    assertThat(last.rows(1, 1).floats()).containsExactly(5, 6);
    assertThat(last.rows(1, 1).spec())
        .isEqualTo(new TensorSpec("x", "float", Optional.of(List.of(1L, 2L))));
  }

  @Test
  void rowsOfAPartOfABufferAreItsOwn() {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 3, 4, 9}).position(2).limit(6);
    Tensor part = Tensor.of("x", Datatype.UINT8, List.of(2L, 2L), data);

    assertThat(part.rows(1, 1).floats()).containsExactly(3, 4);
    assertThat(part.floats()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void someRowsOfStringsAreStrings() {
    Tensor rows = strings(List.of(3L, 2L), 1, 2, 3, 4, 5, 6).rows(1, 2);

    assertThat(rows.shape()).containsExactly(2L, 2L);
    assertThat(lengths(rows)).containsExactly(3, 4, 5, 6);
  }

  @Test
  void emptyTensorsHaveNoRows() {
    assertThat(floats(List.of(0L, 2L)).rows()).isZero();
    assertThat(floats(List.of(0L, 2L)).rows(0, 0).shape()).containsExactly(0L, 2L);
    assertThat(floats(List.of(2L, 0L)).rows(1, 1).shape()).containsExactly(1L, 0L);
    assertThat(floats(List.of(), 1).rows()).isEqualTo(1);
  }

  @Test
  void joinsRowsInOrder() {
    Tensor joined = Tensor.join(List.of(MATRIX.rows(2, 1), MATRIX.rows(0, 2)));

    assertThat(joined).isEqualTo(floats(List.of(3L, 2L), 5, 6, 1, 2, 3, 4));
    assertThat(joined.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(Tensor.join(List.of(MATRIX))).isSameAs(MATRIX);
    Tensor strings = Tensor.join(List.of(strings(List.of(1L), 7), strings(List.of(2L), 8, 9)));
    assertThat(strings.shape()).containsExactly(3L);
    assertThat(lengths(strings)).containsExactly(7, 8, 9);
  }

  @Test
  void aTensorUnderAnotherNameHasTheSameValues() {
    Tensor other = MATRIX.as("y");

    assertThat(other.name()).isEqualTo("y");
    assertThat(other.as("x")).isEqualTo(MATRIX);
  }

  /** The elements 1 and the one whose bits are all ones but the sign of its type. */
  @ParameterizedTest
  @CsvSource({
    "BOOL, 01 00, 1, 0",
    "UINT8, 01 ff, 1, 255",
    "INT8, 01 ff, 1, -1",
    "UINT16, 0100 ffff, 1, 65535",
    "INT16, 0100 feff, 1, -2",
    "UINT32, 01000000 ffffffff, 1, 4294967295",
    "INT32, 01000000 feffffff, 1, -2",
    "INT64, 0100000000000000 feffffffffffffff, 1, -2",
    "FP16, 003c 00c0, 1, -2",
    "BF16, 803f 00c0, 1, -2",
    "FP32, 0000803f 000000c0, 1, -2",
    "FP64, 000000000000f03f 00000000000000c0, 1, -2"
  })
  void everyNumberIsAFloat(Datatype type, String bytes, float first, float second) {
    byte[] data = java.util.HexFormat.of().parseHex(bytes.replace(" ", ""));

    assertThat(Tensor.of("x", type, List.of(2L), ByteBuffer.wrap(data)).floats())
        .containsExactly(first, second);
  }

  @ParameterizedTest
  @CsvSource({
    "FP16, ff7b, true", // The largest.
    "FP16, 007c, false", // Infinity.
    "FP16, 00fe, false", // Not a number.
    "BF16, 7f7f, true",
    "BF16, 80ff, false",
    "FP32, ffff7f7f, true",
    "FP32, 0000807f, false",
    "FP32, 0000c07f, false",
    "FP64, ffffffffffffef7f, true", // More than any float.
    "FP64, 000000000000f0ff, false",
    "INT32, 0000807f, true",
    "UINT64, ffffffffffffffff, true"
  })
  void knowsWhetherItsNumbersAreFinite(Datatype type, String bytes, boolean isFinite) {
    byte[] data = java.util.HexFormat.of().parseHex(bytes);

    assertThat(Tensor.of("x", type, List.of(1L), ByteBuffer.wrap(data)).isFinite())
        .isEqualTo(isFinite);
    assertThat(strings(List.of(1L), 3).isFinite()).isTrue();
  }
}
