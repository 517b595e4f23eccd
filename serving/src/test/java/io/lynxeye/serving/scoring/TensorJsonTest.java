package io.lynxeye.serving.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.TensorJson.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorJsonTest {

  private static Tensor tensor(Datatype type, String hex, Long... shape) {
    return Tensor.of("x", type, List.of(shape), ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private static Tensor bytes(int count, Long... shape) {
    byte[] data = new byte[count];
    for (int i = 0; i < count; i++) {
      data[i] = (byte) (i % 10);
    }
    return Tensor.of("x", Datatype.UINT8, List.of(shape), ByteBuffer.wrap(data));
  }

  private static Tensor strings(String... latin) {
    return Tensor.ofStrings(
        "s",
        List.of((long) latin.length),
        Arrays.stream(latin).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static String nested(Tensor tensor) {
    return TensorJson.text(TensorJson.nested(tensor, Bytes.BASE64_STRINGS));
  }

  private static String row(Tensor tensor) {
    return TensorJson.text(TensorJson.row(tensor, Bytes.BASE64_STRINGS));
  }

  private static String flat(Tensor tensor) {
    return TensorJson.text(TensorJson.flat(tensor, Bytes.BASE64_STRINGS));
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 0100, 'true,false'",
    "UINT8, 01ff, '1,255'",
    "INT8, 01ff, '1,-1'",
    "UINT16, 0100ffff, '1,65535'",
    "INT16, 0100ffff, '1,-1'",
    "UINT32, 01000000ffffffff, '1,4294967295'",
    "INT32, 01000000ffffffff, '1,-1'",
    "UINT64, 0100000000000000ffffffffffffffff, '1,18446744073709551615'",
    "INT64, 0100000000002000ffffffffffffffff, '9007199254740993,-1'", // 2^53 + 1: no double.
    "FP16, 5535003c, '0.33325195,1.0'",
    "BF16, ab3e80bf, '0.33398438,-1.0'",
    "FP32, abaaaa3e0000c07e, '0.33333334,1.2760589E38'",
    "FP64, 555555555555d53f9c7500883ce4377e, '0.3333333333333333,1.0E300'"
  })
  void numbersOfEveryTypeAreExact(Datatype type, String hex, String numbers) {
    assertThat(flat(tensor(type, hex, 2L))).isEqualTo(numbers);
    assertThat(nested(tensor(type, hex, 2L))).isEqualTo("[" + numbers + "]");
  }

  @ParameterizedTest
  @CsvSource({"'1 2 3', '[[[0,1,2],[3,4,5]]]'", "'2 3', '[[0,1,2],[3,4,5]]'"})
  void arraysAreNestedAsTheShapeSays(String sizes, String json) {
    Long[] shape = Arrays.stream(sizes.split(" ")).map(Long::valueOf).toArray(Long[]::new);

    assertThat(nested(bytes(6, shape))).isEqualTo(json);
    assertThat(flat(bytes(6, shape))).isEqualTo("0,1,2,3,4,5");
  }

  @Test
  void theOnlyRowIsWithoutTheOuterArray() {
    assertThat(row(bytes(6, 1L, 2L, 3L))).isEqualTo("[[0,1,2],[3,4,5]]");
    assertThat(row(bytes(3, 1L, 3L))).isEqualTo("[0,1,2]");
    assertThat(row(bytes(1, 1L))).isEqualTo("0");
    assertThat(row(bytes(1, 1L, 1L, 1L))).isEqualTo("[[0]]");
  }

  @Test
  void aScalarIsOneNumber() {
    assertThat(nested(bytes(1))).isEqualTo("0");
    assertThat(flat(bytes(1))).isEqualTo("0");
  }

  @Test
  void anEmptyTensorKeepsItsShape() {
    assertThat(nested(bytes(0, 0L))).isEqualTo("[]");
    assertThat(nested(bytes(0, 2L, 0L))).isEqualTo("[[],[]]");
    assertThat(nested(bytes(0, 0L, 2L))).isEqualTo("[]");
    assertThat(nested(bytes(0, 2L, 1L, 0L))).isEqualTo("[[[]],[[]]]");
    assertThat(row(bytes(0, 1L, 0L))).isEqualTo("[]");
    assertThat(row(bytes(0, 1L, 2L, 0L))).isEqualTo("[[],[]]");
    assertThat(flat(bytes(0, 2L, 0L))).isEmpty();
  }

  @Test
  void textIsWrittenAsSuchAndEscaped() {
    assertThat(nested(strings("lynx", "", "a\"b\\\n", "łoś 🦌")))
        .isEqualTo("[\"lynx\",\"\",\"a\\\"b\\\\\\n\",\"łoś 🦌\"]");
  }

  @Test
  void bytesThatAreNoTextAreInBase64AsTheProtocolWritesThem() {
    Tensor jpeg =
        Tensor.ofStrings("s", List.of(1L, 1L), List.of(new byte[] {(byte) 0xff, (byte) 0xd8}));

    assertThat(nested(jpeg)).isEqualTo("[[\"/9g=\"]]");
    assertThat(TensorJson.text(TensorJson.nested(jpeg, Bytes.B64_OBJECTS)))
        .isEqualTo("[[{\"b64\":\"/9g=\"}]]");
    assertThat(TensorJson.text(TensorJson.nested(strings("a"), Bytes.B64_OBJECTS)))
        .isEqualTo("[\"a\"]");
  }

  @ParameterizedTest
  @ValueSource(ints = {4095, 4096, 4097, 8192, 8193})
  void piecesOfLargeTensorsGiveTheWholeText(int count) {
    String numbers =
        IntStream.range(0, count).mapToObj(i -> "" + i % 10).collect(Collectors.joining(","));
    String pairs =
        IntStream.range(0, count)
            .mapToObj(i -> "[" + i % 10 + "]")
            .collect(Collectors.joining(","));

    assertThat(flat(bytes(count, (long) count))).isEqualTo(numbers);
    assertThat(nested(bytes(count, (long) count))).isEqualTo("[" + numbers + "]");
    assertThat(nested(bytes(count, (long) count, 1L))).isEqualTo("[" + pairs + "]");
    assertThat(row(bytes(count, 1L, (long) count))).isEqualTo("[" + numbers + "]");
  }

  @Test
  void aPieceHas4096ElementsAndTheLastTheRest() {
    Iterator<String> pieces = TensorJson.flat(bytes(4097, 4097L), Bytes.BASE64_STRINGS);

    assertThat(pieces.next().split(",")).hasSize(4096);
    assertThat(pieces.next()).isEqualTo(",6");
    assertThat(pieces.hasNext()).isFalse();
    assertThatThrownBy(pieces::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void moreNumbersThanTheLimitAreRefusedWithTheCure() {
    List<Tensor> two = List.of(bytes(2000, 2000L), strings("a"));

    assertThatCode(() -> TensorJson.check(two, 2001)).doesNotThrowAnyException();
    assertThatThrownBy(() -> TensorJson.check(two, 2000))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the response would have 2,001 numbers as JSON, more than the limit of 2,000; ask for"
                + " fewer outputs, for binary data (binary_data_output), or over gRPC");
  }

  @Test
  void valuesThatAreNotNumbersAreRefusedWithTheCure() {
    for (Tensor tensor :
        List.of(
            tensor(Datatype.FP32, "0000803f0000c07f", 2L),
            tensor(Datatype.FP16, "007c", 1L),
            tensor(Datatype.FP64, "000000000000f0ff", 1L))) {
      assertThatThrownBy(() -> TensorJson.check(List.of(bytes(1), tensor), 10))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "output 'x' has values that are not finite numbers, which JSON cannot express; send"
                  + " other values, or ask for binary data (binary_data_output) or over gRPC");
    }
  }

  @Test
  void aNameIsQuoted() {
    assertThat(TensorJson.quoted("a\"b")).isEqualTo("\"a\\\"b\"");
  }
}
