package io.lynxeye.grpc.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TensorFlow's tensors in both encodings. */
class TensorMessageTest {

  private static final List<Long> TWO = List.of(2L);

  /** A type, two values in their field, and the same in bytes. */
  static Stream<Arguments> types() {
    return Stream.of(
        type(DataType.DT_FLOAT, m -> m.addFloatVal(1.5f).addFloatVal(-2), "0000c03f000000c0"),
        type(
            DataType.DT_DOUBLE,
            m -> m.addDoubleVal(1.5).addDoubleVal(-2),
            "000000000000f83f00000000000000c0"),
        type(DataType.DT_HALF, m -> m.addHalfVal(0x3e00).addHalfVal(0xc000), "003e00c0"),
        type(DataType.DT_BFLOAT16, m -> m.addHalfVal(0x3fc0).addHalfVal(0xc000), "c03f00c0"),
        type(DataType.DT_INT8, m -> m.addIntVal(127).addIntVal(-128), "7f80"),
        type(DataType.DT_UINT8, m -> m.addIntVal(1).addIntVal(255), "01ff"),
        type(DataType.DT_INT16, m -> m.addIntVal(258).addIntVal(-2), "0201feff"),
        type(DataType.DT_UINT16, m -> m.addIntVal(258).addIntVal(65_535), "0201ffff"),
        type(DataType.DT_INT32, m -> m.addIntVal(1).addIntVal(-2), "01000000feffffff"),
        type(DataType.DT_UINT32, m -> m.addUint32Val(1).addUint32Val(-1), "01000000ffffffff"),
        type(
            DataType.DT_INT64,
            m -> m.addInt64Val(1).addInt64Val(-2),
            "0100000000000000feffffffffffffff"),
        type(
            DataType.DT_UINT64,
            m -> m.addUint64Val(1).addUint64Val(-1),
            "0100000000000000ffffffffffffffff"),
        type(DataType.DT_BOOL, m -> m.addBoolVal(true).addBoolVal(false), "0100"));
  }

  private static Arguments type(DataType type, Consumer<TensorProto.Builder> values, String bytes) {
    return Arguments.of(type, values, HexFormat.of().parseHex(bytes));
  }

  private static TensorProto.Builder message(DataType type, long... sizes) {
    return TensorProto.newBuilder()
        .setDtype(type)
        .setTensorShape(
            TensorMessage.shape(IntStream.range(0, sizes.length).mapToObj(i -> sizes[i]).toList()));
  }

  private static Tensor read(TensorProto.Builder message) throws InvalidInputException {
    return TensorMessage.read("x", message.build(), bytes -> {});
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.data().remaining()];
    tensor.data().get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("types")
  void valuesAreReadFromTheFieldOfTheirType(
      DataType type, Consumer<TensorProto.Builder> values, byte[] expected) throws Exception {
    TensorProto.Builder message = message(type, 2);
    values.accept(message);

    Tensor tensor = read(message);

    assertThat(tensor.name()).isEqualTo("x");
    assertThat(tensor.type().tensorFlowName()).isEqualTo(type.name());
    assertThat(tensor.shape()).isEqualTo(TWO);
    assertThat(bytes(tensor)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("types")
  void valuesAreReadFromTheContent(
      DataType type, Consumer<TensorProto.Builder> values, byte[] content) throws Exception {
    Tensor tensor = read(message(type, 2).setTensorContent(ByteString.copyFrom(content)));

    assertThat(tensor.type().tensorFlowName()).isEqualTo(type.name());
    assertThat(bytes(tensor)).isEqualTo(content);
  }

  @ParameterizedTest
  @MethodSource("types")
  void valuesAreWrittenToTheFieldOfTheirType(
      DataType type, Consumer<TensorProto.Builder> values, byte[] content) throws Exception {
    TensorProto.Builder expected = message(type, 2);
    values.accept(expected);

    Tensor tensor = read(message(type, 2).setTensorContent(ByteString.copyFrom(content)));

    assertThat(TensorMessage.write(tensor)).isEqualTo(expected.build());
  }

  @ParameterizedTest
  @MethodSource("types")
  void theLastValueIsRepeated(DataType type, Consumer<TensorProto.Builder> values, byte[] expected)
      throws Exception {
    TensorProto.Builder message = message(type, 2, 2);
    values.accept(message);
    List<Long> reserved = new ArrayList<>();

    Tensor tensor = TensorMessage.read("x", message.build(), reserved::add);

    int size = expected.length / 2;
    ByteBuffer all = ByteBuffer.allocate(4 * size).put(expected);
    all.put(expected, size, size).put(expected, size, size);
    assertThat(bytes(tensor)).isEqualTo(all.array());
    assertThat(reserved).containsExactly(4L * size);
  }

  @ParameterizedTest
  @MethodSource("types")
  void noValuesAreZeros(DataType type, Consumer<TensorProto.Builder> values, byte[] two)
      throws Exception {
    assertThat(bytes(read(message(type, 2)))).isEqualTo(new byte[two.length]);
    assertThat(bytes(read(message(type, 0, 3)))).isEmpty();
  }

  @Test
  void aTensorWithoutAShapeIsAScalar() throws Exception {
    Tensor scalar = read(TensorProto.newBuilder().setDtype(DataType.DT_INT64).addInt64Val(7));

    assertThat(scalar.shape()).isEmpty();
    assertThat(scalar.data().getLong()).isEqualTo(7);
  }

  private static List<String> texts(Tensor tensor) {
    return tensor.strings().stream().map(s -> new String(s, StandardCharsets.UTF_8)).toList();
  }

  @Test
  void stringsAreReadAndWritten() throws Exception {
    TensorProto.Builder message =
        message(DataType.DT_STRING, 2)
            .addStringVal(ByteString.copyFromUtf8("a"))
            .addStringVal(ByteString.EMPTY);

    Tensor tensor = read(message);

    assertThat(tensor.type()).isEqualTo(Datatype.BYTES);
    assertThat(texts(tensor)).containsExactly("a", "");
    assertThat(TensorMessage.write(tensor)).isEqualTo(message.build());
    assertThat(
            texts(read(message(DataType.DT_STRING, 3).addStringVal(ByteString.copyFromUtf8("b")))))
        .containsExactly("b", "b", "b");
  }

  private static void assertRefused(TensorProto.Builder message, String reason) {
    assertThatThrownBy(() -> read(message))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(reason);
  }

  @Test
  void valuesInAnotherFieldAreRefused() {
    assertRefused(
        message(DataType.DT_FLOAT, 1).addDoubleVal(1),
        "input 'x' of dtype DT_FLOAT has values in double_val; send them in float_val or"
            + " tensor_content");
    assertRefused(
        message(DataType.DT_STRING, 1).addIntVal(1),
        "input 'x' of dtype DT_STRING has values in int_val; send them in string_val");
  }

  @Test
  void aShapeThatDoesNotFitIsRefused() {
    assertRefused(
        message(DataType.DT_FLOAT, 1).addFloatVal(1).addFloatVal(2),
        "input 'x' has shape [1] and 2 values");
    assertRefused(
        message(DataType.DT_FLOAT, -1).addFloatVal(1),
        "input 'x' has a shape with unknown sizes; send the size of every dimension");
    assertRefused(
        message(DataType.DT_FLOAT, 1, 1, 1, 1, 1, 1, 1, 1, 1),
        "a tensor has more than 8 dimensions");
    assertRefused(
        message(DataType.DT_FLOAT, 1).setTensorContent(ByteString.copyFromUtf8("12345")),
        "input 'x' has 5 bytes in tensor_content, which is not a multiple of 4 for DT_FLOAT");
    assertRefused(
        message(DataType.DT_STRING, 1).setTensorContent(ByteString.copyFromUtf8("1")),
        "input 'x' has strings in tensor_content; send them in string_val");
  }

  @Test
  void fewValuesCannotFillMuchMemory() {
    for (long[] shape :
        new long[][] {{5_000_000}, {Long.MAX_VALUE, Long.MAX_VALUE, 4}, {1L << 32, 1L << 32}}) {
      assertThatThrownBy(() -> read(message(DataType.DT_FLOAT, shape).addFloatVal(1)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("and only 1 values; send all values, best in tensor_content");
      assertThatThrownBy(() -> read(message(DataType.DT_STRING, shape)))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void aTypeThatNoModelTakesIsRefused() {
    assertRefused(
        message(DataType.DT_COMPLEX64, 1),
        "input 'x' has dtype DT_COMPLEX64, which no model here takes");
    assertRefused(
        TensorProto.newBuilder().setDtypeValue(101),
        "input 'x' has dtype 101, which no model here takes");
  }

  @Test
  void whatTensorFlowWritesIsRead() throws Exception {
    float[] values = {0.25f, -8};
    ByteBuffer content = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    content.asFloatBuffer().put(values);

    Tensor tensor =
        read(message(DataType.DT_FLOAT, 1, 2).setTensorContent(ByteString.copyFrom(content)));

    assertThat(tensor.floats()).containsExactly(values);
  }
}
